/** The read-outs of a network: global average pool and linear layer, the main one and the shortcut heads. */

import type { GlobalAveragePool, Linear } from '../kernels/api.js';
import type { PerBatch } from '../layers/kernelObjects.js';
import type { NetworkKernels } from '../layers/networkKernels.js';
import type { Parameter, Parameters } from '../layers/parameters.js';
import { address, eachPlane, type Pass } from '../layers/pass.js';
import type { Buffer, Planner } from '../layers/planner.js';
import { dataBytes, type Value } from '../layers/value.js';
import type { KernelCalls, KernelUser, Work } from '../layers/work.js';
import type { HeadSpec } from '../network/spec.js';

export class ReadOut implements KernelUser {
  readonly name: string;
  readonly source: Value;
  readonly #classes: number;
  /** Time steps that it tells apart: T, or 1 where it reads rates over all of them. */
  readonly #apart: number;
  readonly #parameters: Parameters;
  readonly #weight: Parameter;
  readonly #bias: Parameter;
  readonly #pools: PerBatch<GlobalAveragePool>;
  readonly #linears: PerBatch<Linear>;
  #rates!: Buffer;
  #inject!: Buffer;
  /** Several heads may read one tap: the gradient of the first is written in place, the others' are added to it. */
  #first!: Buffer;

  /** `apart`: time steps that it has logits of: T, or 1 for those of all together. */
  constructor(
    kernels: NetworkKernels,
    spec: HeadSpec,
    source: Value,
    classes: number,
    apart: number,
    parameters: Parameters,
  ) {
    this.name = spec.name;
    this.source = source;
    this.#classes = classes;
    this.#apart = apart;
    this.#parameters = parameters;
    const { steps, height, width, channels, trueChannels } = source;
    // A step by itself is one more image to pool and layer.
    const { api, objects } = kernels;
    this.#pools = objects.perBatch(
      (batch) => new api.GlobalAveragePool(steps / apart, apart * batch, height * width, channels),
    );
    this.#linears = objects.perBatch((batch) => new api.Linear(apart * batch, channels, classes));
    this.#weight = parameters.add({
      name: `head.${spec.name}.weight`,
      shape: [classes, trueChannels],
      layout: 'rows',
      decays: true,
      // Guo et al.'s initialisation: standard deviation 1 / fan-in.
      init: { deviation: 1 / trueChannels },
      padded: [classes, channels],
    });
    this.#bias = parameters.add({
      name: `head.${spec.name}.bias`,
      shape: [classes],
      layout: 'vector',
      decays: false,
      init: { constant: 0 },
      padded: [classes],
    });
  }

  plan(planner: Planner, batch: number): void {
    const bytes = 4 * this.#apart * batch * this.source.channels;
    this.#rates = planner.permanent(`head.${this.name} firing rates`, bytes);
    this.#inject = planner.permanentInTraining(`head.${this.name} gradient`, bytes);
    const { source } = this;
    this.#first = (this.#apart === 1 ? source.inject : source.injectSteps) ?? this.#inject;
    if (this.#apart === 1) source.inject = this.#first;
    else source.injectSteps = this.#first;
  }

  get names(): string[] {
    return [`head.${this.name}`];
  }

  work({ kernel, images, calls }: KernelCalls): Work {
    const { channels, trueChannels } = this.source;
    const rows = this.#apart * images;
    const rates = 4 * rows * channels;
    const macs = rows * trueChannels * this.#classes;
    const weights = calls * 4 * this.#classes * channels;
    const logits = 4 * rows * this.#classes;
    switch (kernel) {
      case 'GlobalAveragePool.forward':
      case 'GlobalAveragePool.forwardPlane':
        return { read: dataBytes(this.source, images), written: rates };
      case 'GlobalAveragePool.backward':
        return { read: rates, written: rates };
      case 'Linear.forward':
        return { macs, additions: macs, read: rates + weights, written: logits };
      case 'Linear.backward':
        return { macs: 2 * macs, additions: 2 * macs, read: rates + logits + 2 * weights, written: rates + weights };
      default:
        return {};
    }
  }

  /** Writes its logits [steps apart, B, classes]. */
  forward(pass: Pass, logits: number): void {
    pass.watch?.layer(`head.${this.name}`);
    const [pool, linear] = [this.#pools.for(pass.batch), this.#linears.for(pass.batch)];
    const rates = address(pass, this.#rates);
    eachPlane(pass, this.source, (spikes, weight, accumulate) => {
      if (weight === null) pool.forward(spikes, rates);
      else pool.forwardPlane(spikes, weight, accumulate, rates);
    });
    const weight = this.#parameters.weight(this.#weight);
    linear.forward(rates, weight, this.#parameters.weight(this.#bias), logits);
  }

  /** Parameter gradients, and the head's share of the gradient of its tap's spikes. */
  backward(pass: Pass, dlogits: number): void {
    pass.watch?.layer(`head.${this.name}`);
    const [pool, linear] = [this.#pools.for(pass.batch), this.#linears.for(pass.batch)];
    const inject = address(pass, this.#inject);
    const [weight, bias] = [this.#weight, this.#bias];
    linear.backward(
      address(pass, this.#rates),
      this.#parameters.weight(weight),
      dlogits,
      this.#parameters.gradient(weight),
      this.#parameters.gradient(bias),
      inject,
    );
    pool.backward(inject);
    if (this.#first !== this.#inject) {
      pass.api.accumulate(inject, address(pass, this.#first), this.#apart * pass.batch * this.source.channels);
    }
  }
}
