/**
 * A layer of neurons with the terms of its membrane current: the unit in which a spiking network runs.
 *
 * Forward: each term's convolution, then the neurons over all time steps. Backward: the neurons first, which leave
 * g = dL/dcurrent in the place of the spikes' gradient, then each term; an identity residual takes g over as it is.
 */

import { type Kind, kindNamed } from '../fields/kind.js';
import { sizesOf } from '../fields/per.js';
import { type Neurons, neuronKernels, surrogateKernels } from '../kernels/api.js';
import type { LifSpec } from '../network/spec.js';
import { neuronKind } from '../neurons/index.js';
import type { NeuronKind } from '../neurons/neuron.js';
import { surrogates } from '../surrogates/index.js';
import { optionOf } from '../surrogates/surrogate.js';
import { numberOf } from './kernelNumber.js';
import type { PerBatch } from './kernelObjects.js';
import { MembraneNorm } from './membraneNorm.js';
import type { NetworkKernels } from './networkKernels.js';
import type { Parameter, Parameters } from './parameters.js';
import { address, type Pass } from './pass.js';
import type { Buffer, LastUse, Planner } from './planner.js';
import { RandomStart, type StartPlace } from './randomStart.js';
import type { CurrentTerms } from './terms.js';
import { dataBytes, fixedPlane, gradientBytes, type Plane, planeBytes, type Value } from './value.js';
import type { KernelCalls, KernelUser, Work } from './work.js';

export class NeuronLayer implements KernelUser {
  readonly spec: LifSpec;
  readonly output: Value;
  readonly terms: CurrentTerms;
  readonly #sizes: PerBatch<Neurons>;
  readonly #parameters: Parameters;
  /** Side by side in memory. */
  readonly #learned: readonly Parameter[];
  /** Numbers per channel that the kernel makes of what is learned. */
  #own!: Buffer;
  readonly #start: RandomStart;
  /** The learned number that the spikes count. */
  readonly #amplitude: Parameter | null;
  readonly #norm: MembraneNorm | null;
  #partial!: Buffer;
  #sums!: Buffer;
  #sumsLength = 0;
  /** Holds dL/dspikes, then g; also where only the heads ask for it. */
  #gradient!: Buffer;
  /** Whether there is a gradient besides what heads add. */
  dense = false;

  constructor(
    kernels: NetworkKernels,
    spec: LifSpec,
    timeSteps: number,
    terms: CurrentTerms,
    parameters: Parameters,
    running: Parameters,
    start: StartPlace,
  ) {
    this.spec = spec;
    this.terms = terms;
    const { height, width, trueChannels, channels } = terms.first;
    this.#start = new RandomStart(start, { height, width, channels, trueChannels });
    const { neuron } = spec;
    const kind = neuronKind(neuron.kind) as NeuronKind;
    const numbers = kind.numbers(neuron as never);
    this.#parameters = parameters;
    const learned = kind.learned?.(neuron as never, { log: kernels.api.exactLog, timeSteps }) ?? [];
    this.#learned = learned.map(({ name, per, init, most }) =>
      parameters.add({
        ...({ name: `${spec.name}.${name}`, layout: 'vector', decays: false, most } as const),
        shape: sizesOf(per, timeSteps, trueChannels),
        padded: sizesOf(per, timeSteps, channels),
        init: typeof init === 'number' ? { constant: init } : init,
      }),
    );
    this.#amplitude = this.#learned.find(({ name }) => name === `${spec.name}.${kind.amplitude}`) ?? null;
    const { options } = kindNamed(surrogates, neuron.surrogate.kind) as Kind;
    const surrogate = numberOf(surrogateKernels, neuron.surrogate.kind);
    const option = optionOf(neuron.surrogate, options);
    const number = numberOf(neuronKernels, kind.name);
    this.#sizes = kernels.objects.perBatch((batch) => {
      const dims = [timeSteps, batch, height * width, channels, ...terms.tableSteps] as const;
      const size = new kernels.api.Neurons(number, surrogate, option, ...dims);
      for (const value of numbers) size.addNumber(Number(value));
      return size;
    });
    this.output = {
      name: spec.name,
      kind: 'spikes',
      steps: timeSteps,
      height,
      width,
      trueChannels,
      channels,
      planes: kind.signed ? [this.#plane(kernels, 1), this.#plane(kernels, -1)] : [this.#plane(kernels, 1)],
      active: null,
      gradient: null,
      wantsGradient: true,
      inject: null,
    };
    this.#norm = kind.running === undefined ? null : new MembraneNorm(kernels, this.output, kind.running, running);
  }

  #plane({ views }: NetworkKernels, sign: 1 | -1): Plane {
    const amplitude = this.#amplitude;
    if (amplitude === null) return fixedPlane(sign);
    const weight = () => sign * (views.of(Float32Array, this.#parameters.weight(amplitude), 1)[0] as number);
    return { ...fixedPlane(sign), weight, fixed: null };
  }

  /** `backward`: when this layer's backward pass begins; `lastUse`: the last time in training, and in evaluation, at which somebody reads the spikes. */
  planForward(planner: Planner, batch: number, time: number, backward: number, lastUse: LastUse): void {
    const output = this.output as { active: Buffer | null };
    const own = 4 * this.#sizes.for(batch).tableLen;
    this.#own = planner.buffer(`${this.spec.name} numbers of channels`, own, [time, backward], [time, time]);
    this.#start.plan(planner, this.spec.name, batch, time, backward);
    const bytes = planeBytes(this.output, batch);
    this.output.planes.forEach((plane, i) => {
      const name = `${this.spec.name} ${i === 0 ? 'spikes' : 'negative spikes'}`;
      plane.data = planner.buffer(name, bytes, [time, lastUse.training], [time, lastUse.evaluation]);
    });
    // A surrogate that is nowhere zero leaves no gradient out; nor does an amplitude, which every spike moves.
    if (this.#sizes.for(batch).half < Number.POSITIVE_INFINITY && this.#amplitude === null) {
      output.active = planner.buffer(`${this.spec.name} active neurons`, bytes, [time, backward], null);
    }
  }

  /** Called for the layers from last to first, so that everyone who writes this layer's gradient has been here. */
  planBackward(planner: Planner, batch: number, forward: number, time: number): void {
    const { name } = this.spec;
    this.dense = this.output.gradient !== null;
    this.#gradient =
      this.output.gradient ?? planner.buffer(`${name} gradient`, gradientBytes(this.output, batch), [time, time], null);
    this.#gradient.extend(time);
    const size = this.#sizes.for(batch);
    this.#partial = planner.buffer(`${name} partial sums`, 4 * size.partialLen, [time, time], null);
    this.#sumsLength = size.sumRows * this.output.channels;
    this.#sums = planner.buffer(`${name} sums`, 4 * this.#sumsLength, [time, this.terms.lastTerm(time)], null);
    this.terms.plan(planner, batch, forward, time, { buffer: this.#gradient, steps: this.output.steps });
    this.#norm?.plan(planner, batch, size, this.output, forward, time);
  }

  /** The values that the layer and its convolutions read. */
  get reads(): Value[] {
    return this.terms.reads;
  }

  get kernelUsers(): KernelUser[] {
    return [this, ...this.terms.kernelUsers];
  }

  get names(): string[] {
    return [this.spec.name];
  }

  work({ kernel, images, mode }: KernelCalls): Work {
    const { terms, output } = this;
    const current = terms.bytes(images);
    const gradient = gradientBytes(output, images);
    switch (kernel) {
      case 'Neurons.forward':
        return { read: current, written: (mode === 'training' ? 2 : 1) * dataBytes(output, images) };
      case 'Neurons.backward':
        return { read: current + (this.dense ? gradient : 0), written: gradient };
      // The membrane is as large as its gradient. Its statistics read it twice, and firing reads it again.
      case 'Neurons.forwardSteps':
        return { read: current + 3 * gradient, written: gradient + 2 * dataBytes(output, images) };
      case 'Neurons.backwardSteps':
        return { read: current + (this.dense ? 6 : 5) * gradient, written: 3 * gradient };
      case 'sumSteps':
      case 'accumulate':
        return terms.gradientWork(kernel, images, output.steps);
      default:
        return {};
    }
  }

  /** Makes the maps of all terms, and the thresholds of a membrane that is normalised. */
  fold(pass: Pass): void {
    this.terms.fold(pass);
    this.#norm?.fold(pass, this.#sizes.for(pass.batch), this.#learnedAddress);
  }

  forward(pass: Pass): void {
    this.terms.forward(pass);
    pass.watch?.layer(this.spec.name);
    if (!pass.folded) this.terms.fillPlainTable(pass);
    const [spikes = 0, negative = 0] = this.output.planes.map(({ data }) => address(pass, data));
    const active = pass.mode === 'training' && this.output.active !== null ? address(pass, this.output.active) : 0;
    const [size, learned] = [this.#sizes.for(pass.batch), this.#learnedAddress];
    const [own, start] = [address(pass, this.#own), this.#start.forward(pass)];
    const terms = this.terms.addresses(pass, size);
    if (this.#norm === null) {
      size.forward(...terms, learned, own, start, spikes, negative, active);
    } else if (pass.mode === 'training') {
      this.#norm.forward(pass, size, terms, learned, start, spikes, active);
    } else {
      if (!pass.folded) this.#norm.fold(pass, size, learned);
      size.forward(...terms, this.#norm.thresholds(pass), own, start, spikes, 0, 0);
    }
    const words = planeBytes(this.output, pass.batch) / 4;
    this.output.planes.forEach(({ data }, i) => {
      const at = address(pass, data);
      pass.onSpikes?.(this.spec.name, at, words);
      pass.watch?.spikes(this.spec.name, at, words, i === 0 ? active : 0);
    });
  }

  backward(pass: Pass): void {
    pass.watch?.layer(this.spec.name);
    const { channels, height, width } = this.output;
    const g = address(pass, this.#gradient);
    const inject = this.output.inject === null ? 0 : address(pass, this.output.inject);
    pass.onGradient?.(this.spec.name, { address: g, dense: this.dense, inject, pixels: height * width, channels });
    const sums = address(pass, this.#sums);
    const partial = address(pass, this.#partial);
    const [first] = this.#learned;
    const dlearned = first === undefined ? 0 : this.#parameters.gradient(first);
    const [size, learned] = [this.#sizes.for(pass.batch), this.#learnedAddress];
    const terms = this.terms.addresses(pass, size);
    if (this.#norm === null) {
      const [own, start] = [address(pass, this.#own), this.#start.backward(pass)];
      size.backward(...terms, learned, own, start, this.dense, inject, partial, g, sums, dlearned);
    } else {
      const kept = this.#norm.kept(pass);
      size.backwardSteps(...terms, learned, this.dense, inject, ...kept, partial, g, sums, dlearned);
    }
    pass.guard.check(this.spec.name, 'the sum of the gradient of its current', sums, this.#sumsLength);
    this.terms.backward(pass, this.spec.name, g, this.output.steps, { at: sums, steps: size.sumSteps });
  }

  /** 0: nothing is learned. */
  get #learnedAddress(): number {
    const [first] = this.#learned;
    return first === undefined ? 0 : this.#parameters.weight(first);
  }
}
