/** The network without its heads: layers made from the specification, in order, with their buffers planned. */
import { hasWeights, inputsOf, writtenCurrents } from '../network/currents.js';
import { framesOf } from '../network/shapes.js';
import type { LayerSpec, NetworkSpec, WeightSpec } from '../network/spec.js';
import type { TrainingOptions } from '../train/options.js';
import { Conv2dLayer } from './conv2d.js';
import { CurrentLayer } from './current.js';
import { type FlattenLayer, flatten } from './flatten.js';
import { enterGradient } from './gradient.js';
import type { NetworkKernels } from './networkKernels.js';
import { NeuronLayer } from './neurons.js';
import type { Parameters } from './parameters.js';
import { address, type Pass } from './pass.js';
import { type Buffer, backwardMoments, type LastUse, type Planner } from './planner.js';
import { PoolLayer } from './pool.js';
import { SewLayer } from './sew.js';
import { CurrentTerms, type Term } from './terms.js';
import { dataBytes, type Plane, plainPlane, type Value } from './value.js';
import type { KernelUser } from './work.js';

type Layer = NeuronLayer | CurrentLayer | PoolLayer | SewLayer | FlattenLayer;

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
    kernels: NetworkKernels,
    spec: NetworkSpec,
    { encode, seed }: Pick<TrainingOptions, 'encode' | 'seed'>,
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
      planes: [plainPlane()],
      active: null,
      gradient: null,
      wantsGradient: false,
      inject: null,
    };
    this.#values.set('input', this.input);
    const terms = this.#termMaker(kernels, parameters, running);
    const written = writtenCurrents(spec);
    for (const layer of spec.layers) {
      if (layer.type === 'lif') {
        const sum = terms(layer.name, layer.input);
        const start = { seed, layer: this.spikes.length, top: layer.neuron.initialMembrane ?? 0 };
        this.#add(new NeuronLayer(kernels, layer, spec.timeSteps, sum, parameters, running, start));
      } else if (layer.type === 'avgPool' || layer.type === 'maxPool') {
        this.#add(new PoolLayer(kernels, layer, this.value(layer.input)));
      } else if (layer.type === 'sew') {
        const [branch, identity] = layer.inputs.map((name) => this.value(name)) as [Value, Value];
        this.#add(new SewLayer(kernels.api, layer, branch, identity));
      } else if (written.has(layer.name)) {
        this.#add(new CurrentLayer(kernels, layer.name, terms(layer.name, layer.name)));
      }
    }
  }

  /** Makes the terms of the current that the layer `current` gives, read by `reader`. */
  #termMaker(kernels: NetworkKernels, parameters: Parameters, running: Parameters) {
    const { layers, timeSteps } = this.#spec;
    const byName = new Map(layers.map((layer) => [layer.name, layer]));
    const term = (name: string, threshold: number): Term => {
      const written = this.#values.get(name);
      if (written !== undefined) return written;
      const layer = byName.get(name);
      const norm = layer?.type === 'batchNorm' ? layer : null;
      const weights = norm === null ? layer : byName.get(norm.input);
      if (!hasWeights(weights)) return this.value(name);
      const source = this.#sourceOf(kernels, weights);
      return new Conv2dLayer(kernels, weights, norm, source, timeSteps, threshold, parameters, running);
    };
    return (reader: string, current: string): CurrentTerms => {
      const layer = byName.get(current);
      const isSum = layer?.type === 'add' && !this.#values.has(current);
      const threshold = thresholdBehind(reader, layers);
      const terms = (isSum ? layer.inputs : [current]).map((name) => term(name, threshold));
      return new CurrentTerms(kernels, reader, terms);
    };
  }

  #add(layer: Layer): void {
    this.layers.push(layer);
    this.#values.set(layer.output.name, layer.output);
  }

  /** What the layer reads, and the pixels of that value's map. */
  #sourceOf(kernels: NetworkKernels, { type, input }: WeightSpec): { value: Value; pixels: number } {
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
    const inputUse = use(this.input, 0);
    const bytes = dataBytes(this.input, batch);
    const [input] = this.input.planes as [Plane];
    input.data = planner.buffer('encoded images', bytes, [0, inputUse.training], [0, inputUse.evaluation]);
    this.layers.forEach((layer, i) => {
      layer.planForward(planner, batch, i + 1, backward(i + 1), use(layer.output, i + 1));
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
    this.#filled.set(output, enterGradient(planner, output, batch, time));
  }

  #lastUses(
    read: { training: Set<string>; evaluation: Set<string> },
    count: number,
    backward: (layer: number) => number,
  ): (value: Value, own: number) => LastUse {
    const lastMoment = (layer: number) => backward(layer) + backwardMoments - 1;
    /** Planes are read under the names of all values that they are a part of. */
    const reads = (value: Value, planes: readonly Plane[]) => value.planes.some((plane) => planes.includes(plane));
    const byHeads = (names: Set<string>, planes: readonly Plane[]) =>
      [...names].some((name) => reads(this.value(name), planes));
    return ({ planes }, own) => {
      const readers = this.layers.flatMap((layer, i) =>
        layer.reads.some((value) => reads(value, planes)) ? [i + 1] : [],
      );
      return {
        training: Math.max(own, ...readers.map(lastMoment), byHeads(read.training, planes) ? count + 1 : 0),
        evaluation: Math.max(own, ...readers, byHeads(read.evaluation, planes) ? count + 1 : 0),
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

/** The threshold of the first neurons that a current reaches from a layer, which may be these neurons. */
function thresholdBehind(name: string, layers: readonly LayerSpec[]): number {
  const reached = new Set([name]);
  for (const layer of layers) {
    if (!reached.has(layer.name) && !inputsOf(layer).some((input) => reached.has(input))) continue;
    if (layer.type === 'lif') return layer.neuron.threshold;
    reached.add(layer.name);
  }
  throw new Error(`no neurons are behind ${name}`);
}
