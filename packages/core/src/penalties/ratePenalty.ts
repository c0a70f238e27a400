/** The penalty on firing rates: read from each layer's spikes, its gradient joins what heads inject there. */
import type { GlobalAveragePool } from '../kernels/api.js';
import type { PerBatch } from '../layers/kernelObjects.js';
import type { NetworkKernels } from '../layers/networkKernels.js';
import { address, type Pass } from '../layers/pass.js';
import type { Buffer, Planner } from '../layers/planner.js';
import { dataBytes, dataOf, isBinary, type Value } from '../layers/value.js';
import type { KernelCalls, KernelUser, Work } from '../layers/work.js';
import { firingRate } from './firingRate.js';
import type { PenaltySpec } from './index.js';

export class RatePenalty implements KernelUser {
  readonly #numbers: readonly [strength: number, target: number];
  readonly #layers: readonly PenalisedLayer[];

  /** `values`: the spikes of all layers of neurons. */
  constructor(kernels: NetworkKernels, spec: PenaltySpec, values: readonly Value[]) {
    const other = values.find((value) => !isBinary(value));
    if (other !== undefined) {
      // A mean in which spikes of both signs are is no rate, and their rate has no gradient that is the same for all.
      throw new RangeError(
        `\`penalty\`: a firing rate is of spikes 0 and 1, but the neurons of ${other.name} fire other numbers, too`,
      );
    }
    this.#numbers = firingRate.numbers(spec);
    this.#layers = values.map((value) => new PenalisedLayer(kernels, value));
  }

  /** After the heads: where they inject something, this is added to it. */
  plan(planner: Planner, batch: number): void {
    for (const layer of this.#layers) layer.plan(planner, batch);
  }

  get names(): string[] {
    return ['firing rates'];
  }

  work({ kernel, images }: KernelCalls): Work {
    if (kernel !== 'GlobalAveragePool.forward') return {};
    const values = this.#layers.map(({ value }) => value);
    const read = values.reduce((sum, value) => sum + dataBytes(value, images), 0);
    return { read, written: values.reduce((sum, { channels }) => sum + 4 * images * channels, 0) };
  }

  /**
   * Sum over the batch of the penalty, whose gradient goes to the spikes; for a loss that is the mean over `whole` images.
   * When the heads have injected theirs.
   */
  forwardBackward(pass: Pass, whole: number): number {
    pass.watch?.layer('firing rates');
    return this.#layers.reduce((sum, layer) => sum + layer.forwardBackward(pass, whole, this.#numbers), 0);
  }
}

class PenalisedLayer {
  readonly value: Value;
  readonly #pools: PerBatch<GlobalAveragePool>;
  #rates!: Buffer;
  /** What heads inject; null: this alone does. */
  #heads: Buffer | null = null;

  constructor(kernels: NetworkKernels, value: Value) {
    this.value = value;
    const { steps, height, width, channels } = value;
    this.#pools = kernels.objects.perBatch(
      (batch) => new kernels.api.GlobalAveragePool(steps, batch, height * width, channels),
    );
  }

  plan(planner: Planner, batch: number): void {
    const { name, channels } = this.value;
    this.#rates = planner.permanentInTraining(`${name} firing rates`, 4 * batch * channels);
    this.#heads = this.value.inject;
    this.value.inject ??= this.#rates;
  }

  forwardBackward(pass: Pass, whole: number, [strength, target]: readonly [number, number]): number {
    const { api, batch } = pass;
    const { steps, height, width, channels, trueChannels } = this.value;
    const rates = address(pass, this.#rates);
    this.#pools.for(batch).forward(address(pass, dataOf(this.value)), rates);
    const spikes = steps * height * width;
    const sum = api.firingRatePenalty(batch, channels, trueChannels, spikes, strength, target, whole, rates);
    if (this.#heads !== null) api.accumulate(rates, address(pass, this.#heads), batch * channels);
    return sum;
  }
}
