/** The best epoch of a run so far, and whether the run has waited for a better one for long enough. */
import type { EpochMetrics } from '../metrics/metrics.js';

export interface BestEpoch {
  /** From 0. */
  epoch: number;
  /** Of the images that epochs are judged by: see `EpochMetrics.testAccuracy`. */
  accuracy: number;
  loss: number;
}

/** Whichever is the more accurate; of equal ones, that with the smaller loss; of those, the earlier. */
export function betterOf(best: BestEpoch | null, { epoch, testAccuracy, testLoss }: EpochMetrics): BestEpoch {
  const one = { epoch, accuracy: testAccuracy, loss: testLoss };
  if (best === null || one.accuracy > best.accuracy) return one;
  return one.accuracy === best.accuracy && one.loss < best.loss ? one : best;
}

/** The best of these; null of none. */
export function bestOf(metrics: readonly EpochMetrics[]): BestEpoch | null {
  return metrics.reduce<BestEpoch | null>(betterOf, null);
}

/** Whether as many epochs as `patience` says, before `nextEpoch`, have been no better. Absent: never. */
export function hasWaited(best: BestEpoch | null, nextEpoch: number, patience: number | undefined): boolean {
  return best !== null && patience !== undefined && nextEpoch - 1 - best.epoch >= patience;
}
