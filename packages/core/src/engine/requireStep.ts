import type { Batch } from '../loader/batch.js';
import { requireSeveralValues } from '../network/oneValue.js';
import { requirePosition } from '../train/position.js';
import type { Program } from './program.js';
import type { StepPosition } from './types.js';

/** Throws RangeError when a training step cannot be what it is asked to be, before it changes anything. */
export function requireStep(program: Program, batch: Batch, position: StepPosition): void {
  const { network, training, parameters } = program;
  // Gradients that are not kept are used up in one micro-batch.
  if (parameters.passingLength > 0 && batch.size > training.microBatch) {
    throw new RangeError(
      `a batch of ${batch.size} images, but the options say a \`batchSize\` of ${training.batchSize}`,
    );
  }
  requireSeveralValues(program.normOfOneValue, batch.size, training.microBatch);
  requirePosition({ ...position, epochs: training.epochs });
  const { headWeights } = position;
  const heads = network.heads.length;
  if (headWeights !== null && (headWeights.length !== heads || !headWeights.every(Number.isFinite))) {
    throw new RangeError(`headWeights must be ${heads} numbers, one for each head, got [${headWeights}]`);
  }
  const [problem] = headWeights === null ? program.lambdaProblems : [];
  if (problem !== undefined) throw new RangeError(`lambda.${problem}; or give headWeights of your own`);
  if (headWeights?.every((weight) => Math.fround(weight) === 0)) {
    throw new RangeError(`headWeights are all 0, [${headWeights}]: nothing would be learnt in this step`);
  }
}
