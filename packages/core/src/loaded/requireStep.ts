import type { StepPosition } from '../engine/types.js';
import { headWeights } from '../lambda/schedule.js';
import type { Batch } from '../loader/batch.js';
import { requireSeveralValues } from '../network/oneValue.js';
import { requirePosition } from '../train/position.js';
import type { LoadedNetwork } from './loadedNetwork.js';

/** @throws Error when the network is loaded for inference alone; `call`: what needs more. */
export function requireTrainable({ network, inference }: LoadedNetwork, call: string): void {
  if (!inference) return;
  throw new Error(`${call} is refused: ${network.name} is loaded for inference alone; load it without \`inference\``);
}

/**
 * The step's position with the weights of its heads.
 * @throws RangeError when a training step cannot be what it is asked to be, before it changes anything.
 */
export function requireStep(loaded: LoadedNetwork, batch: Batch, position: StepPosition): StepPosition {
  const { network, training, parameters, math } = loaded;
  // Gradients that are not kept are used up in one micro-batch.
  if (parameters.passingLength > 0 && batch.size > training.microBatch) {
    throw new RangeError(
      `a batch of ${batch.size} images, but the options say a \`batchSize\` of ${training.batchSize}`,
    );
  }
  requireSeveralValues(loaded.normOfOneValue, batch.size, training.microBatch);
  const place = { ...position, epochs: training.epochs };
  requirePosition(place);
  const heads = network.heads.length;
  const weights = position.headWeights ?? headWeights(training.lambda, heads, place, math, position.lambda);
  if (weights.length !== heads || !weights.every(Number.isFinite)) {
    throw new RangeError(`headWeights must be ${heads} numbers, one for each head, got [${weights}]`);
  }
  if (weights.every((weight) => Math.fround(weight) === 0)) {
    throw new RangeError(`headWeights are all 0, [${weights}]: nothing would be learnt in this step`);
  }
  return { ...position, headWeights: weights };
}
