/**
 * A layer of neurons with the terms of its membrane current: the unit in which a spiking network runs.
 *
 * Forward: each term's convolution, then the neurons over all time steps. Backward: the neurons first, which leave
 * g = dL/dcurrent in the place of the spikes' gradient, then each term; an identity residual takes g over as it is.
 */

import { type Kind, kindNamed } from '../fields/kind.js';
import { type Neurons, neuronKernels, ResidualKind, surrogateKernels } from '../kernels/api.js';
import type { Kernels } from '../kernels/kernels.js';
import type { LifSpec } from '../network/spec.js';
import { neuronKind } from '../neurons/index.js';
import type { NeuronKind } from '../neurons/neuron.js';
import { surrogates } from '../surrogates/index.js';
import { optionOf } from '../surrogates/surrogate.js';
import type { Conv2dLayer } from './conv2d.js';
import { numberOf } from './kernelNumber.js';
import type { Parameter, Parameters } from './parameters.js';
import { address, type Pass, PerBatch } from './pass.js';
import { type Buffer, backwardMoments, type Planner, termMoments } from './planner.js';
import { dataBytes, dataOf, gradientBytes, isBinary, type Plane, plainPlane, planeBytes, type Value } from './value.js';
import type { KernelCalls, KernelUser, Work } from './work.js';

/** The second term: another convolution, or a value that is added as it is. */
export type Residual = { kind: 'none' } | { kind: 'conv'; conv: Conv2dLayer } | { kind: 'identity'; source: Value };

/** Rows of the sums that neurons leave of their current: of g, and of g * (y - mean) of both terms. */
const currentSums = 3;

export class NeuronLayer implements KernelUser {
  readonly spec: LifSpec;
  readonly output: Value;
  readonly main: Conv2dLayer;
  readonly residual: Residual;
  readonly #kernels: Kernels;
  readonly #sizes: PerBatch<Neurons>;
  readonly #parameters: Parameters;
  /** Side by side in memory. */
  readonly #learned: readonly Parameter[];
  /** The learned number that the spikes count. */
  readonly #amplitude: Parameter | null;
  #plainTable: Buffer | null = null;
  #partial!: Buffer;
  #sums!: Buffer;
  #sumsLength = 0;
  /** Holds dL/dspikes, then g; also where only the heads ask for it. */
  #gradient!: Buffer;
  /** Whether there is a gradient besides what heads add. */
  dense = false;
  #residualAccumulates = false;

  constructor(
    kernels: Kernels,
    spec: LifSpec,
    timeSteps: number,
    main: Conv2dLayer,
    residual: Residual,
    parameters: Parameters,
  ) {
    this.#kernels = kernels;
    this.spec = spec;
    this.main = main;
    this.residual = residual;
    const { height, width, channels } = main;
    const { neuron } = spec;
    const kind = neuronKind(neuron.kind) as NeuronKind;
    const numbers = kind.numbers(neuron as never);
    this.#parameters = parameters;
    const learned = kind.learned?.(neuron as never, { log: kernels.api.exactLog }) ?? [];
    this.#learned = learned.map(({ name, per, init }) => {
      const [shape, padded] = per === 'layer' ? [1, 1] : [main.trueChannels, channels];
      return parameters.add({
        ...{ name: `${spec.name}.${name}`, shape: [shape], layout: 'vector', decays: false, padded: [padded] },
        init: { constant: init },
      });
    });
    this.#amplitude = this.#learned.find(({ name }) => name === `${spec.name}.${kind.amplitude}`) ?? null;
    const { options } = kindNamed(surrogates, neuron.surrogate.kind) as Kind;
    const surrogate = numberOf(surrogateKernels, neuron.surrogate.kind);
    const option = optionOf(neuron.surrogate, options);
    const number = numberOf(neuronKernels, kind.name);
    this.#sizes = new PerBatch((batch) => {
      const second = residual.kind === 'conv' ? residual.conv.tableSteps : 1;
      const dims = [timeSteps, batch, height * width, channels, main.tableSteps, second] as const;
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
      trueChannels: main.trueChannels,
      channels,
      planes: kind.signed ? [this.#plane(1), this.#plane(-1)] : [this.#plane(1)],
      active: null,
      gradient: null,
      wantsGradient: true,
      inject: null,
    };
  }

  #plane(sign: 1 | -1): Plane {
    const amplitude = this.#amplitude;
    if (amplitude === null) return sign === 1 ? plainPlane() : { ...plainPlane(), weight: () => sign, isPlain: false };
    const { memory } = this.#kernels;
    const weight = () => sign * (new Float32Array(memory.buffer, this.#parameters.weight(amplitude), 1)[0] as number);
    return { ...plainPlane(), weight, isPlain: false };
  }

  /** `backward`: when this layer's backward pass begins; `lastUse`: the last time in training, and in evaluation, at which somebody reads the spikes. */
  planForward(
    planner: Planner,
    batch: number,
    time: number,
    backward: number,
    lastUse: { training: number; evaluation: number },
  ): void {
    const output = this.output as { active: Buffer | null };
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
    const [first, second] = [time + 1, time + 1 + termMoments];
    const lastTerm = this.residual.kind === 'conv' ? second : first;
    this.#sumsLength = size.sumRows * this.output.channels;
    this.#sums = planner.buffer(`${name} sums`, 4 * this.#sumsLength, [time, lastTerm], null);
    this.#gradient.extend(lastTerm);
    this.#planTerm(planner, this.main, batch, forward, first);
    if (this.residual.kind === 'conv') {
      this.#planTerm(planner, this.residual.conv, batch, forward, second);
    } else if (this.residual.kind === 'identity') {
      const { source } = this.residual;
      if (source.kind === 'current') {
        const bytes = 4 * this.#kernels.api.channelTableLen(this.output.channels);
        this.#plainTable = planner.table(`${name} identity`, bytes, [forward, time], [forward, forward]);
      }
      this.#residualAccumulates = source.gradient !== null;
      if (source.wantsGradient) {
        source.gradient ??= this.#gradient;
        this.#gradient.extend(time + backwardMoments - 1);
      }
    }
  }

  /** Gives the term's source its gradient's memory when this is the first to write it. */
  #planTerm(planner: Planner, conv: Conv2dLayer, batch: number, forward: number, backward: number): void {
    conv.plan(planner, batch, forward, backward);
    const { source } = conv;
    const time = conv.inputGradientAt(backward);
    if (!source.wantsGradient) return;
    source.gradient ??= planner.buffer(`${source.name} gradient`, gradientBytes(source, batch), [time, time], null);
  }

  /** The values that the layer and its convolutions read. */
  get reads(): Value[] {
    const { main, residual } = this;
    if (residual.kind === 'none') return [main.source];
    return [main.source, residual.kind === 'conv' ? residual.conv.source : residual.source];
  }

  get kernelUsers(): KernelUser[] {
    return [this, this.main, ...(this.residual.kind === 'conv' ? [this.residual.conv] : [])];
  }

  get names(): string[] {
    return [this.spec.name];
  }

  work({ kernel, images, mode }: KernelCalls): Work {
    const { main, residual, output } = this;
    const bytesOf = ({ steps, height, width, channels }: Conv2dLayer) => 4 * images * steps * height * width * channels;
    const second =
      residual.kind === 'conv'
        ? bytesOf(residual.conv)
        : residual.kind === 'identity'
          ? dataBytes(residual.source, images)
          : 0;
    const current = bytesOf(main) + second;
    const gradient = gradientBytes(output, images);
    switch (kernel) {
      case 'Neurons.forward':
        return { read: current, written: (mode === 'training' ? 2 : 1) * dataBytes(output, images) };
      case 'Neurons.backward':
        return { read: current + (this.dense ? gradient : 0), written: gradient };
      case 'accumulate':
        return { read: 2 * gradient, written: gradient };
      default:
        return {};
    }
  }

  /** Makes the maps of all terms. */
  fold(pass: Pass): void {
    this.main.fillTable(pass);
    if (this.residual.kind === 'conv') this.residual.conv.fillTable(pass);
    this.#fillPlainTable(pass);
  }

  #fillPlainTable(pass: Pass): void {
    if (this.#plainTable !== null) pass.api.biasTable(this.output.channels, 0, address(pass, this.#plainTable));
  }

  forward(pass: Pass): void {
    this.main.forward(pass);
    if (this.residual.kind === 'conv') this.residual.conv.forward(pass);
    pass.watch?.layer(this.spec.name);
    if (!pass.folded) this.#fillPlainTable(pass);
    const [spikes = 0, negative = 0] = this.output.planes.map(({ data }) => address(pass, data));
    const active = pass.mode === 'training' && this.output.active !== null ? address(pass, this.output.active) : 0;
    const terms = this.#terms(pass);
    this.#sizes.for(pass.batch).forward(...terms, this.#learnedAddress, spikes, negative, active);
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
    const terms = this.#terms(pass);
    const size = this.#sizes.for(pass.batch);
    size.backward(...terms, this.#learnedAddress, this.dense, inject, partial, g, sums, dlearned);
    pass.guard.check(this.spec.name, 'the sum of the gradient of its current', sums, this.#sumsLength);
    const each = { g: sums, steps: size.sumSteps, stride: currentSums * channels };
    this.main.backward(pass, g, { ...each, gy: sums + 4 * channels });
    if (this.residual.kind === 'conv') this.residual.conv.backward(pass, g, { ...each, gy: sums + 8 * channels });
    if (this.residual.kind === 'identity' && this.#residualAccumulates && this.residual.source.wantsGradient) {
      pass.watch?.layer(this.spec.name);
      const { source } = this.residual;
      const length = source.steps * pass.batch * source.height * source.width * source.channels;
      pass.api.accumulate(g, address(pass, source.gradient as Buffer), length);
    }
  }

  /** 0: nothing is learned. */
  get #learnedAddress(): number {
    const [first] = this.#learned;
    return first === undefined ? 0 : this.#parameters.weight(first);
  }

  #terms(pass: Pass): [number, number, number, ResidualKind, number, number, number] {
    const { main, residual } = this;
    const first = [address(pass, main.yBuffer), main.steps, address(pass, main.tableBuffer)] as const;
    if (residual.kind === 'none') return [...first, ResidualKind.None, 0, 1, 0];
    if (residual.kind === 'conv') {
      const { yBuffer, tableBuffer, steps } = residual.conv;
      return [...first, ResidualKind.Current, address(pass, yBuffer), steps, address(pass, tableBuffer)];
    }
    const { source } = residual;
    if (source.kind === 'spikes' && !isBinary(source)) {
      const size = this.#sizes.for(pass.batch);
      size.clearPlanes();
      for (const plane of source.planes) size.addPlane(address(pass, plane.data), plane.weight());
      return [...first, ResidualKind.Planes, 0, source.steps, 0];
    }
    const data = address(pass, dataOf(source));
    if (source.kind === 'spikes') return [...first, ResidualKind.Spikes, data, source.steps, 0];
    return [...first, ResidualKind.Current, data, source.steps, address(pass, this.#plainTable as Buffer)];
  }
}
