/** The network without its heads: layers made from the specification, in order, with their buffers planned. */
import type { Kernels } from '../kernels/kernels.js';
import { framesOf, hasWeights } from '../network/shapes.js';
import type { BatchNormSpec, LayerSpec, LifSpec, NetworkSpec, WeightSpec } from '../network/spec.js';
import { Conv2dLayer } from './conv2d.js';
import { type FlattenLayer, flatten } from './flatten.js';
import { NeuronLayer, type Residual } from './neurons.js';
import type { Parameters } from './parameters.js';
import { address, type Pass } from './pass.js';
import { type Buffer, backwardMoments, type Planner } from './planner.js';
import { PoolLayer } from './pool.js';
import { dataBytes, gradientBytes, type Value } from './value.js';
import type { KernelUser } from './work.js';

type Layer = NeuronLayer | PoolLayer | FlattenLayer;

/** A convolution or fully connected layer with its norm, for neurons of a threshold. */
type MakeConv = (conv: WeightSpec, norm: BatchNormSpec | null, threshold: number) => Conv2dLayer;

export class Trunk {
  readonly input: Value;
  /** Units in network order. */
  readonly layers: Layer[] = [];
  readonly #spec: NetworkSpec;
  readonly #values = new Map<string, Value>();
  /** Of values into which heads inject a gradient of each step: whether layers above have written theirs before. */
  readonly #filled = new Map<Value, boolean>();
  /** As `#values`, of one pixel each. */
  readonly #flat = new Map<string, Value>();

  constructor(
    kernels: Kernels,
    spec: NetworkSpec,
    encode: 'direct' | 'rate',
    parameters: Parameters,
    running: Parameters,
  ) {
    this.#spec = spec;
    const { channels, height, width } = spec.input;
    const spikes = encode === 'rate';
    this.input = {
      name: 'input',
      kind: spikes ? 'spikes' : 'current',
      steps: spikes ? spec.timeSteps : framesOf(spec),
      height,
      width,
      trueChannels: channels,
      channels,
      data: undefined as unknown as Buffer,
      active: null,
      gradient: null,
      wantsGradient: false,
      inject: null,
    };
    this.#values.set('input', this.input);
    const byName = new Map(spec.layers.map((layer) => [layer.name, layer]));
    const layerNamed = (name: string) => byName.get(name);
    const conv: MakeConv = (conv, norm, threshold) =>
      new Conv2dLayer(
        ...([kernels, conv, norm, this.#sourceOf(kernels, conv)] as const),
        ...([spec.timeSteps, threshold, parameters, running] as const),
      );
    for (const layer of spec.layers) {
      if (layer.type === 'lif') this.#addLif(kernels, layer, layerNamed, conv, parameters);
      if (layer.type === 'avgPool' || layer.type === 'maxPool') {
        this.#add(new PoolLayer(kernels, layer, this.value(layer.input)));
      }
    }
  }

  #add(layer: Layer): void {
    this.layers.push(layer);
    this.#values.set(layer.output.name, layer.output);
  }

  /** What the layer reads, and the pixels of that value's map. */
  #sourceOf(kernels: Kernels, { type, input }: WeightSpec): { value: Value; pixels: number } {
    const map = this.value(input);
    const pixels = map.height * map.width;
    if (type === 'conv2d') return { value: map, pixels };
    const made = this.#flat.get(input);
    if (made !== undefined) return { value: made, pixels };
    const { value, layer } = flatten(kernels, map);
    if (layer !== null) this.layers.push(layer);
    this.#flat.set(input, value);
    return { value, pixels };
  }

  #addLif(
    kernels: Kernels,
    spec: LifSpec,
    layerNamed: (name: string) => LayerSpec | undefined,
    conv: MakeConv,
    parameters: Parameters,
  ): void {
    const { threshold } = spec.neuron;
    /** A term of the membrane current: a convolution, or an identity. */
    const term = (name: string): Conv2dLayer | Value => {
      const layer = layerNamed(name);
      if (hasWeights(layer)) return conv(layer, null, threshold);
      if (layer?.type === 'batchNorm') return conv(layerNamed(layer.input) as WeightSpec, layer, threshold);
      return this.value(name);
    };
    const input = layerNamed(spec.input);
    const terms = (input?.type === 'add' ? input.inputs : [spec.input]).map(term);
    const main = terms.find((t) => t instanceof Conv2dLayer);
    if (main === undefined) {
      throw new Error(
        `${spec.name} reads no convolution: a LIF needs a conv2d, linear or batchNorm, alone or as one side of an add`,
      );
    }
    const other = terms.find((t) => t !== main);
    const residual: Residual =
      other === undefined
        ? { kind: 'none' }
        : other instanceof Conv2dLayer
          ? { kind: 'conv', conv: other }
          : { kind: 'identity', source: other };
    this.#add(new NeuronLayer(kernels, spec, this.#spec.timeSteps, main, residual, parameters));
  }

  /** Of all layers of neurons, in network order. */
  get spikes(): Value[] {
    return this.layers.flatMap((layer) => (layer instanceof NeuronLayer ? [layer.output] : []));
  }

  /** The layers, and the convolutions in them. */
  get kernelUsers(): KernelUser[] {
    return this.layers.flatMap((layer) => layer.kernelUsers);
  }

  value(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`no layer gives "${name}" spikes or currents that can be read`);
    return value;
  }

  /** Declares all buffers for at most `batch` images; values in `read` are read by heads after the last layer. */
  plan(planner: Planner, batch: number, read: { training: Set<string>; evaluation: Set<string> }): void {
    const count = this.layers.length;
    /** First moment of the backward pass of layer number `layer`, from 1; the forward passes are the moments 1 to count. */
    const backward = (layer: number) => count + 2 + backwardMoments * (count - layer);
    const use = this.#lastUses(read, count, backward);
    const inputUse = use(this.input.name, 0);
    const input = this.input as { data: Buffer };
    const bytes = dataBytes(this.input, batch);
    input.data = planner.buffer('encoded images', bytes, [0, inputUse.training], [0, inputUse.evaluation]);
    this.layers.forEach((layer, i) => {
      layer.planForward(planner, batch, i + 1, backward(i + 1), use(layer.output.name, i + 1));
    });
    for (let i = count; i >= 1; i--) {
      const layer = this.layers[i - 1] as Layer;
      this.#planInjected(layer.output, planner, batch, backward(i));
      layer.planBackward(planner, batch, i, backward(i));
    }
  }

  /** Where heads have a gradient for each step, there is one at every pixel, too. */
  #planInjected(output: Value, planner: Planner, batch: number, time: number): void {
    if (output.injectSteps === undefined) return;
    this.#filled.set(output, output.gradient !== null);
    output.gradient ??= planner.buffer(`${output.name} gradient`, gradientBytes(output, batch), [time, time], null);
    output.gradient.extend(time);
  }

  #lastUses(
    read: { training: Set<string>; evaluation: Set<string> },
    count: number,
    backward: (layer: number) => number,
  ): (name: string, own: number) => { training: number; evaluation: number } {
    const lastMoment = (layer: number) => backward(layer) + backwardMoments - 1;
    return (name, own) => {
      const readers = this.layers.flatMap((layer, i) =>
        layer.reads.some((value) => value.name === name) ? [i + 1] : [],
      );
      return {
        training: Math.max(own, ...readers.map(lastMoment), read.training.has(name) ? count + 1 : 0),
        evaluation: Math.max(own, ...readers, read.evaluation.has(name) ? count + 1 : 0),
      };
    };
  }

  /** Makes every channel table, once for all passes of a network that is not trained. */
  fold(pass: Pass): void {
    for (const layer of this.layers) layer.fold(pass);
  }

  forward(pass: Pass): void {
    for (const layer of this.layers) layer.forward(pass);
  }

  backward(pass: Pass): void {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const layer = this.layers[i] as Layer;
      this.#addInjected(pass, layer.output);
      layer.backward(pass);
    }
  }

  #addInjected(pass: Pass, output: Value): void {
    const filled = this.#filled.get(output);
    if (filled === undefined) return;
    const { name, steps, height, width, channels, injectSteps, gradient } = output;
    const [from, into] = [injectSteps, gradient].map((buffer) => address(pass, buffer as Buffer)) as [number, number];
    pass.watch?.layer(name);
    pass.api.addToPixels(steps * pass.batch, height * width, channels, from, filled, into);
  }
}
