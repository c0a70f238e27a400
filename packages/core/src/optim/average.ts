/**
 * A moving average of the weights and the running statistics, which answers in their place when the network is evaluated
 * (EMA, Polyak averaging). After step n, counted from 1:
 *
 *     average += (1 - d) * (weights - average),   d = min(decay, (1 + n) / (10 + n))
 *
 * The smaller decay at first, as TensorFlow's ExponentialMovingAverage has it with `num_updates`, lets go of the initial
 * weights. It is a function of the step alone, so that a run that goes on comes to the same bits.
 */
import type { NetworkKernels } from '../layers/networkKernels.js';
import type { Parameters } from '../layers/parameters.js';

export class WeightAverage {
  readonly decay: number;
  readonly #kernels: NetworkKernels;
  readonly #averaged: readonly Parameters[];
  /** Addresses of the averages, one for each block of what is averaged. */
  #blocks: number[] = [];

  constructor(kernels: NetworkKernels, decay: number, averaged: readonly Parameters[]) {
    this.#kernels = kernels;
    this.decay = decay;
    this.#averaged = averaged;
  }

  get bytes(): number {
    return this.#averaged.reduce((sum, { length }) => sum + 4 * length, 0);
  }

  /** Takes `bytes` of memory from this address on. */
  placeAt(address: number): void {
    let at = address;
    this.#blocks = this.#averaged.map(({ length }) => {
      const block = at;
      at += 4 * length;
      return block;
    });
  }

  /** The blocks with the addresses of their averages. */
  get places(): [block: Parameters, address: number][] {
    return this.#averaged.map((block, i) => [block, this.#blocks[i] as number]);
  }

  /** The weights as they are now become the average. */
  restart(): void {
    for (const [block, address] of this.places) this.#view(address, block).set(this.#view(block.weights, block));
  }

  /** After step `steps`, counted from 1. */
  update(steps: number): void {
    const share = 1 - Math.min(this.decay, (1 + steps) / (10 + steps));
    for (const [block, address] of this.places) {
      const average = this.#view(address, block);
      const weights = this.#view(block.weights, block);
      // In double precision, rounded once: the same in every engine.
      for (let i = 0; i < average.length; i++) {
        const before = average[i] as number;
        average[i] = before + share * ((weights[i] as number) - before);
      }
    }
  }

  /** Does `work` with the averages in place of the weights, which stay as they are. */
  inPlace<T>(work: () => T): T {
    const weights = this.#averaged.map((block) => block.weights);
    for (const [block, address] of this.places) block.weights = address;
    try {
      return work();
    } finally {
      this.#averaged.forEach((block, i) => {
        block.weights = weights[i] as number;
      });
    }
  }

  #view(address: number, { length }: Parameters): Float32Array {
    return this.#kernels.views.of(Float32Array, address, length);
  }
}
