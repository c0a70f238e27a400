/** The preset 'adaptive': a lambda that follows how far the main head has come, instead of a ramp over the epochs. */
import type { LambdaSpec } from './spec.js';

/** Right answers of the main head alone on an epoch's training images. */
export interface EpochAnswers {
  images: number;
  correctMain: number;
}

/**
 * lambda of the epoch behind the one that gave `answers`. With m the accuracy of the main head and c that of guessing,
 *
 *     lambda' = max(lambda, start + (1 - start) clamp((m - c) / (1 - c), 0, 1)),    1 in the last epoch:
 *
 * as long as the main head knows nothing, the shortcut heads keep their weight; what it has learned, they lose. It never
 * falls, and is a function of counts, so that a resumed run comes to the same bits.
 */
export function nextLambda(
  spec: LambdaSpec,
  lambda: number,
  answers: EpochAnswers,
  { classes, nextEpoch, epochs }: { classes: number; nextEpoch: number; epochs: number },
): number {
  if (nextEpoch >= epochs - 1) return 1;
  const guessing = 1 / classes;
  const learned = (answers.correctMain / answers.images - guessing) / (1 - guessing);
  return Math.max(lambda, spec.start + (1 - spec.start) * Math.min(1, Math.max(0, learned)));
}
