/**
 * Finds numbers that are not finite in the step in which they appear.
 *
 * Spikes hide them: NaN is above no threshold, so a layer whose currents are NaN only falls silent, and the loss stays a
 * number. So each pass looks, layer after layer, at a few numbers that one NaN or infinity anywhere in the layer spoils:
 * a batch's statistics are sums over the whole output of a convolution, the LIF's backward pass leaves the sums of its
 * gradient, and the optimiser's kernels tell of every weight that they write.
 */
import type { Views } from '../kernels/views.js';

/** The first place, in the order of the pass, where numbers are not finite. */
export class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';
  /** 'stage1.block1.conv1', 'head.main', 'loss'. */
  readonly layer: string;
  readonly finding: string;

  /** `gradients`: a sentence on the known gradients of this step. */
  constructor(layer: string, finding: string, gradients?: string) {
    super(`${layer}: ${finding}${gradients === undefined ? '' : `. ${gradients}`}`);
    this.layer = layer;
    this.finding = finding;
  }
}

export class Guard {
  readonly #views: Views;

  constructor(views: Views) {
    this.#views = views;
  }

  /** Throws unless all `length` floats at an address are finite. `what`: their name in the layer, for the error. */
  check(layer: string, what: string, at: number, length: number): void {
    const numbers = this.#views.of(Float32Array, at, length);
    // A finite number times 0 is 0, every other is NaN.
    let sum = 0;
    for (let i = 0; i < length; i++) sum += 0 * (numbers[i] as number);
    if (sum === 0) return;
    const bad = numbers.filter((x) => !Number.isFinite(x));
    throw new NonFiniteError(layer, `${what} holds ${bad[0]} (${bad.length} of ${length} numbers are not finite)`);
  }
}
