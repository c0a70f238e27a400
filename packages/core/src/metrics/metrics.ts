/** The record of a run: one `EpochMetrics` per line of metrics.jsonl. */

/**
 * Size and spread of one gradient tensor, over the probe steps of an epoch.
 * Bins are powers of two, so that counting is exact: bin i counts values with 2^(minExponent+i) <= |g| < 2^(minExponent+i+1).
 */
export interface GradientStats {
  /** L2 norm, averaged over the probe steps. */
  norm: number;
  /** Share of entries that are exactly zero, in [0, 1]. */
  zeroShare: number;
  /** Entries per probe step. */
  count: number;
  /** L2 norm of a parameter's values before the update, averaged over the probe steps; a tap has none. */
  weightNorm?: number;
  histogram: {
    minExponent: number;
    /** Counts of positive entries; the first and last bin take those beyond. */
    positive: number[];
    negative: number[];
  };
}

export interface EpochMetrics {
  epoch: number;
  /** Weight of the main head's logits in the epoch's first step, and of all heads: main first. */
  lambda: number;
  headWeights: number[];
  lr: number;
  /** The loss that is minimised: of all heads as the method combines them. */
  trainLoss: number;
  /** Of the main head alone, as if its weight were 1; absent in older runs. */
  trainLossMain?: number;
  /** Accuracy of the combined output that the loss sees. */
  trainAccuracy: number;
  /** Accuracy of the main head alone, on the training images. */
  trainAccuracyMain: number;
  testLoss: number;
  /**
   * Accuracy of the main head alone, the only one that inference has, on the images that epochs are judged by: `judgedBy`.
   */
  testAccuracy: number;
  /** Images that `testLoss` and `testAccuracy` are of, where they are held out of training; absent: the test images. */
  judgedBy?: 'validation';
  /** Training only, data loading included, evaluation not. */
  imagesPerSecond: number;
  seconds: number;
  /** Share of `seconds` that the training waited for its data, in [0, 1]. Runs of before did not keep it. */
  waitShare?: number;
  /** Firing rates by LIF layer, in network order: share of ones among all (t, b, h, w, c), in [0, 1]. */
  firingRates: Record<string, number>;
  /** Gradients of the loss: `taps` with respect to a tap's spikes, `weights` with respect to a parameter; in network order. */
  gradients: {
    taps: Record<string, GradientStats>;
    weights: Record<string, GradientStats>;
  };
}
