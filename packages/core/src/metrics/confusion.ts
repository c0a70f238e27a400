import type { EvaluationResult } from '../engine/types.js';
import type { Batch } from '../loader/batch.js';

/** Counts what the main head takes the images of each class for. Hand `add` to `evaluate` as `onBatch`. */
export class Confusion {
  readonly classes: number;
  /** [classes, classes]: images of the row's class that were taken for the column's. */
  readonly counts: Uint32Array;

  constructor(classes: number) {
    this.classes = classes;
    this.counts = new Uint32Array(classes * classes);
  }

  add({ logits }: Pick<EvaluationResult, 'logits'>, { labels }: Pick<Batch, 'labels'>): void {
    const { classes, counts } = this;
    labels.forEach((label, i) => {
      const own = logits.subarray(i * classes, (i + 1) * classes);
      // The first of the largest, as in a prediction.
      const answer = own.reduce((best, logit, k) => (logit > (own[best] as number) ? k : best), 0);
      const at = label * classes + answer;
      counts[at] = (counts[at] as number) + 1;
    });
  }
}
