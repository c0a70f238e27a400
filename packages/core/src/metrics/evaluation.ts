import type { EvaluationResult } from '../engine/types.js';

/** The main head on the test images. */
export interface EvaluationSummary {
  images: number;
  correct: number;
  /** Share of right answers, in [0, 1]. */
  accuracy: number;
  /** Mean per image of the loss that the network was loaded with, without label smoothing. */
  loss: number;
  /** Firing rates by LIF layer, in network order: share of ones among all (t, b, h, w, c), in [0, 1]. */
  firingRates: Record<string, number>;
}

/** Adds up evaluation steps, in their order. */
export class EvaluationSums {
  #images = 0;
  #correct = 0;
  #loss = 0;
  readonly #spikes = new Map<string, { fired: number; total: number }>();

  get images(): number {
    return this.#images;
  }

  add(result: EvaluationResult, images: number): void {
    this.#images += images;
    this.#correct += result.correct;
    this.#loss += result.lossSum;
    for (const [layer, { fired, total }] of Object.entries(result.spikes)) {
      const sum = this.#spikes.get(layer) ?? { fired: 0, total: 0 };
      this.#spikes.set(layer, { fired: sum.fired + fired, total: sum.total + total });
    }
  }

  summary(): EvaluationSummary {
    if (this.#images === 0) throw new RangeError('there are no test images to evaluate');
    return {
      images: this.#images,
      correct: this.#correct,
      accuracy: this.#correct / this.#images,
      loss: this.#loss / this.#images,
      firingRates: Object.fromEntries([...this.#spikes].map(([layer, sum]) => [layer, firingRate(sum)])),
    };
  }
}

/** Share of ones among the positions of a layer's spikes. */
export function firingRate(spikes: { fired: number; total: number }): number {
  return spikes.total === 0 ? 0 : spikes.fired / spikes.total;
}
