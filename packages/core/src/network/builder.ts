import { type HeadsChoice, resolveHeads } from '../heads/heads.js';
import { completeNeuron } from './neuron.js';
import { completeNorm } from './norm.js';
import { givesTaps, inferShapes, NetworkError, type ValueShape, validateNetwork } from './shapes.js';
import type { InputShape, LayerSpec, NetworkSpec, NeuronSettings, NormSettings, SewSpec } from './spec.js';

/** A network's input as it is, or the description of a data set: of frames, so many as there are time steps. */
export type BuilderInput = Omit<InputShape, 'frames'> & { frames?: boolean | number | undefined };

export interface BuilderOptions {
  name?: string;
  input: BuilderInput;
  timeSteps: number;
  classes: number;
  /** Of every LIF that does not bring its own. */
  neuron?: NeuronSettings;
  /** Of every `norm` that does not bring its own. */
  norm?: NormSettings;
}

interface Common {
  /** Default: the type and a number, such as conv1. */
  name?: string;
  /** The layer to read; default: the one added last. */
  input?: string;
}

interface Window {
  kernel: number;
  stride?: number;
  padding?: number;
}

/**
 * Builds a network layer by layer; each call checks what it can and returns the builder.
 *
 *     const network = new NetworkBuilder({ input: { channels: 1, height: 28, width: 28 }, timeSteps: 4, classes: 10 })
 *       .conv2d({ outChannels: 16, kernel: 3, padding: 1 }).batchNorm().lif().tap('early')
 *       .avgPool({ kernel: 2 })
 *       .conv2d({ outChannels: 32, kernel: 3, padding: 1 }).batchNorm().lif()
 *       .linear({ outFeatures: 256 }).batchNorm().lif()
 *       .build({ heads: ['early'] });
 *
 * A residual connection names what it adds: `.add({ with: 'lif1' })` before a LIF, `.sew({ with: 'lif1' })` behind one.
 */
export class NetworkBuilder {
  readonly #spec: NetworkSpec;
  readonly #neuron: NeuronSettings;
  readonly #norm: NormSettings;
  readonly #counts = new Map<string, number>();
  #last = 'input';

  constructor(options: BuilderOptions) {
    const { name = 'custom', timeSteps, classes, neuron, norm } = options;
    this.#spec = {
      name,
      input: inputShape(options.input, timeSteps),
      timeSteps,
      classes,
      layers: [],
      heads: [],
      taps: {},
    };
    this.#neuron = neuron ?? {};
    this.#norm = norm ?? {};
  }

  /** Name of the layer added last. */
  get last(): string {
    return this.#last;
  }

  conv2d(options: Common & Window & { outChannels: number; inChannels?: number; bias?: boolean }): this {
    const { outChannels, kernel, stride = 1, padding = 0, bias = false } = options;
    const input = options.input ?? this.#last;
    const inChannels = options.inChannels ?? this.#shape(input).channels;
    const name = this.#name('conv', options.name);
    return this.#push({ type: 'conv2d', name, input, inChannels, outChannels, kernel, stride, padding, bias });
  }

  /** Fully connected, with the whole map as PyTorch's nn.Flatten lays it out: the image itself, spikes or pooled values. */
  linear(options: Common & { outFeatures: number; inFeatures?: number; bias?: boolean }): this {
    const { outFeatures, bias = false, input = this.#last } = options;
    const { channels, height, width } = this.#shape(input);
    const { inFeatures = channels * height * width } = options;
    const name = this.#name('linear', options.name);
    return this.#push({ type: 'linear', name, input, inFeatures, outFeatures, bias });
  }

  /** The network's norm, or one of another kind or with other options. `summed`: normalised currents in the sum that the
   * neurons get, this one included. `weight`: where its weight starts, in place of 1. */
  norm(options: Common & NormSettings & { summed?: number; weight?: number } = {}): this {
    const { name: given, input = this.#last, summed = 1, weight, ...settings } = options;
    const { channels } = this.#shape(input);
    const norm = completeNorm(summed, this.#norm, settings);
    const start = weight === undefined ? {} : { weight };
    return this.#push({ type: 'batchNorm', name: this.#name('norm', given), input, channels, ...norm, ...start });
  }

  /** A batch normalisation, whatever the network's norm is. */
  batchNorm(options: Common & { eps?: number; momentum?: number } = {}): this {
    return this.norm({ ...options, kind: 'bn' });
  }

  lif(options: Common & { neuron?: NeuronSettings } = {}): this {
    const neuron = completeNeuron(this.#neuron, options.neuron ?? {});
    return this.#push({
      type: 'lif',
      name: this.#name('lif', options.name),
      input: options.input ?? this.#last,
      neuron,
    });
  }

  /** A residual connection: the last layer plus another. */
  add(options: Common & { with: string }): this {
    const name = this.#name('add', options.name);
    return this.#push({ type: 'add', name, inputs: [options.input ?? this.#last, options.with] });
  }

  /**
   * A residual connection of spikes (Fang et al. 2021), element by element: the last layer plus another, both of them, or the
   * other where the last layer is silent.
   */
  sew(options: Common & { with: string; operation?: SewSpec['operation'] }): this {
    const { operation = 'add', with: other } = options;
    const name = this.#name('sew', options.name);
    return this.#push({ type: 'sew', name, inputs: [options.input ?? this.#last, other], operation });
  }

  avgPool(options: Common & Window): this {
    return this.#pool('avgPool', options);
  }

  maxPool(options: Common & Window): this {
    return this.#pool('maxPool', options);
  }

  /** Names the last layer, a LIF or a `sew`, as a place that heads may read. */
  tap(name: string): this {
    const last = this.#spec.layers.at(-1);
    if (last === undefined || !givesTaps(last))
      throw new NetworkError(`tap "${name}" must follow a LIF or a sew, but follows ${this.#last}`);
    if (name in this.#spec.taps) throw new NetworkError(`there are two taps named "${name}"`);
    this.#spec.taps[name] = this.#last;
    return this;
  }

  /** Adds the main head to the last layer and shortcut heads to the chosen taps, and checks the whole network. */
  build(options: { heads?: HeadsChoice } = {}): NetworkSpec {
    const last = this.#spec.layers.at(-1);
    if (last === undefined || !givesTaps(last))
      throw new NetworkError(`the last layer must be a LIF or a sew for the main head to read, but is ${this.#last}`);
    const spec: NetworkSpec = { ...this.#spec, layers: [...this.#spec.layers], taps: { ...this.#spec.taps } };
    spec.heads = resolveHeads(spec, options.heads ?? 'none', last.name);
    validateNetwork(spec);
    return spec;
  }

  #pool(type: 'avgPool' | 'maxPool', options: Common & Window): this {
    const { kernel, stride = kernel, padding = 0 } = options;
    return this.#push({
      type,
      name: this.#name('pool', options.name),
      input: options.input ?? this.#last,
      kernel,
      stride,
      padding,
    });
  }

  #name(prefix: string, given: string | undefined): string {
    const count = (this.#counts.get(prefix) ?? 0) + 1;
    this.#counts.set(prefix, count);
    return given ?? `${prefix}${count}`;
  }

  #shape(name: string): ValueShape {
    const shape = inferShapes(this.#spec).get(name);
    if (shape === undefined) throw new NetworkError(`no layer is named "${name}"`);
    return shape;
  }

  #push(layer: LayerSpec): this {
    this.#spec.layers.push(layer);
    try {
      inferShapes(this.#spec);
    } catch (error) {
      this.#spec.layers.pop();
      throw error;
    }
    this.#last = layer.name;
    return this;
  }
}

/** Of a data set's description, too, only what a network reads: the rest is no part of it. */
function inputShape({ channels, height, width, frames }: BuilderInput, timeSteps: number): InputShape {
  if (typeof frames === 'number' && frames !== timeSteps) {
    throw new NetworkError(
      `the input has ${frames} frames, the network ${timeSteps} time steps (\`timeSteps\`): each frame is a time step`,
    );
  }
  return { channels, height, width, ...(frames ? { frames: true } : {}) };
}
