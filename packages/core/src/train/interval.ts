import { OptionsError } from './validateOptions.js';

/** When checkpoints are due, besides the one at the end of the run; several rules each count for themselves. */
export interface CheckpointInterval {
  /** After every so many epochs. */
  epochs?: number | undefined;
  /** After every so many steps, counted over the whole run. */
  steps?: number | undefined;
  /** After the first step for which the last checkpoint is this old. */
  seconds?: number | undefined;
}

/** Says when the next checkpoint is due. */
export class CheckpointTimer {
  readonly #interval: CheckpointInterval;
  readonly #clock: () => number;
  #last = 0;

  /** @throws OptionsError when an interval is not above 0 (or not whole, for epochs and steps). */
  constructor(interval: CheckpointInterval, clock: () => number) {
    const problems = (['epochs', 'steps', 'seconds'] as const).flatMap((key) => {
      const value = interval[key];
      const right = value === undefined || (value > 0 && (key === 'seconds' || Number.isInteger(value)));
      return right
        ? []
        : [`\`checkpointEvery.${key}\` must be a ${key === 'seconds' ? '' : 'whole '}number above 0, got ${value}`];
    });
    if (problems.length > 0) throw new OptionsError(problems);
    this.#interval = interval;
    this.#clock = clock;
    this.restart();
  }

  /** In the middle of an epoch, when `steps` steps of the run are done. */
  isDueAfterStep(steps: number): boolean {
    const { seconds } = this.#interval;
    return isMultiple(steps, this.#interval.steps) || (seconds !== undefined && this.#clock() - this.#last >= seconds);
  }

  /** When `epochs` epochs of `stepsPerEpoch` steps and their evaluations are done. */
  isDueAfterEpoch(epochs: number, stepsPerEpoch: number): boolean {
    return isMultiple(epochs, this.#interval.epochs) || this.isDueAfterStep(epochs * stepsPerEpoch);
  }

  /** A checkpoint has been taken. */
  restart(): void {
    if (this.#interval.seconds !== undefined) this.#last = this.#clock();
  }
}

function isMultiple(count: number, of: number | undefined): boolean {
  return of !== undefined && count % of === 0;
}
