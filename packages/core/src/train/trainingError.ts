import type { StepResult } from '../engine/types.js';
import type { Batch } from '../loader/batch.js';
import type { TrainingOptions } from './options.js';

const shownIndices = 16;

/** Where a training step stood. Epoch and iteration count from 0. */
export interface FailedStep {
  epoch: number;
  iteration: number;
  batch: Batch;
  /** The run's last checkpoint; null when none was made. */
  checkpoint: { epoch: number; iteration: number } | null;
  /** The name of that checkpoint, such as its file. */
  checkpointName: string | undefined;
  options: TrainingOptions;
}

/** A step whose numbers are not finite: the run cannot go on. Epoch and iteration count from 0; in the message from 1. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly epoch: number;
  readonly iteration: number;
  /** Positions of the batch's images in the data set. */
  readonly indices: number[];
  /** Where the last checkpoint stands: from before the step, so its numbers are finite. */
  readonly checkpoint: FailedStep['checkpoint'];

  constructor(what: string, step: FailedStep, cause?: unknown) {
    const { epoch, iteration, batch, checkpoint } = step;
    const indices = [...batch.indices.subarray(0, batch.size)];
    super(
      `epoch ${epoch + 1}, step ${iteration + 1}, images ${list(indices)}: ${what}. ${lastGood(step)} Resumed, ` +
        `the run would come to the same numbers: start one with ${tamer(step.options)}.`,
      { cause },
    );
    this.epoch = epoch;
    this.iteration = iteration;
    this.indices = indices;
    this.checkpoint = checkpoint;
  }
}

function list(indices: readonly number[]): string {
  const shown = indices.slice(0, shownIndices).join(', ');
  return indices.length > shownIndices ? `${shown} and ${indices.length - shownIndices} more` : shown;
}

/** Changes that make a run of these options tamer. */
function tamer({ optimizer, clipNorm }: TrainingOptions): string {
  const decay = optimizer.weightDecay > 0 ? ', a lower `optimizer.weightDecay`' : '';
  return `a lower \`lr\`, a longer \`warmupEpochs\`${decay} or ${clipNorm > 0 ? 'a lower' : 'with'} \`clipNorm\``;
}

function lastGood({ checkpoint, checkpointName }: FailedStep): string {
  if (checkpoint === null) return 'The run has made no checkpoint yet.';
  const name = checkpointName === undefined ? '' : ` (${checkpointName})`;
  return `The last good checkpoint${name} stands before epoch ${checkpoint.epoch + 1}, step ${checkpoint.iteration + 1}.`;
}

/** The result of a step, which must be finite. @throws TrainingError when it is not, or when the engine says where it is not */
export async function finiteStep(work: Promise<StepResult>, step: FailedStep): Promise<StepResult> {
  let result: StepResult;
  try {
    result = await work;
  } catch (error) {
    // Errors lose their class on the way from a worker, but not their name.
    if (error instanceof Error && error.name === 'NonFiniteError') throw new TrainingError(error.message, step, error);
    throw error;
  }
  if (!Number.isFinite(result.loss)) throw new TrainingError(`the loss is ${result.loss}`, step);
  return result;
}
