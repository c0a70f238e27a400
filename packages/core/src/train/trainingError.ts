import type { StepResult } from '../engine/types.js';
import type { Batch } from '../loader/batch.js';

const shownIndices = 16;

/** A step whose numbers are not finite: the run cannot go on. Epoch and iteration count from 0. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly epoch: number;
  readonly iteration: number;
  /** Positions of the batch's images in the data set. */
  readonly indices: number[];

  constructor(what: string, epoch: number, iteration: number, batch: Batch) {
    const indices = [...batch.indices.subarray(0, batch.size)];
    const shown = indices.slice(0, shownIndices).join(', ');
    const more = indices.length > shownIndices ? ` and ${indices.length - shownIndices} more` : '';
    super(
      `${what} in epoch ${epoch}, step ${iteration} (counted from 0), images ${shown}${more}. ` +
        'Lower lr, lengthen warmupEpochs or set clipNorm, and go on from the last checkpoint.',
    );
    this.epoch = epoch;
    this.iteration = iteration;
    this.indices = indices;
  }
}

/** Throws a TrainingError when the loss or a gradient of the step is NaN or infinite. */
export function requireFinite(result: StepResult, epoch: number, iteration: number, batch: Batch): void {
  const fail = (what: string, value: number) => new TrainingError(`${what} is ${value}`, epoch, iteration, batch);
  if (!Number.isFinite(result.loss)) throw fail('the loss', result.loss);
  if (result.gradientNorm !== null && !Number.isFinite(result.gradientNorm)) {
    throw fail('the norm of the gradient', result.gradientNorm);
  }
  for (const [name, stats] of Object.entries({ ...result.probe?.taps, ...result.probe?.weights })) {
    if (!Number.isFinite(stats.norm)) throw fail(`the norm of the gradient at ${name}`, stats.norm);
  }
}
