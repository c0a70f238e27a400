/**
 * All parameters of a network in one block of memory, those with weight decay first, and beside it equal blocks for
 * optimiser state and, where gradients are kept, for gradients: an optimiser step is two calls.
 *
 * A step whose gradient is wanted as a whole (to be clipped, or summed over micro-batches) keeps it all. Else the weights
 * of convolutions and fully connected layers, nearly everything, are updated as soon as their gradient is there: it lives
 * for one layer only.
 */

import type { Kernels } from '../kernels/kernels.js';
import type { Views } from '../kernels/views.js';
import { purpose, RandomStream } from '../random/philox.js';
import { countOf, lengthOf, type Place, weightLayout } from './weightLayout.js';

export interface Parameter extends Place {
  readonly name: string;
  /** Weights of convolutions and linear layers decay; biases and normalisations do not (Guo et al.'s recipe). */
  readonly decays: boolean;
  /** Standard deviation of the initial normal numbers, how far uniform ones are from 0 at most, or a constant. */
  readonly init: { deviation: number } | { within: number } | { constant: number };
  /** What is above this after a step becomes this. */
  readonly most?: number | undefined;
  /** Floats from the start of the block. */
  offset: number;
}

export type ParameterSpec = Omit<Parameter, 'offset' | 'length'>;

/** Whether it is the weight of a convolution or of a fully connected layer inside the network. */
const isLarge = ({ layout }: ParameterSpec) => layout === 'conv' || layout === 'flat';

/** A vector. A normalisation's two parameters then lie side by side, as its kernel reads them. */
const alignFloats = 4;

export class Parameters {
  /** All parameters in network order. */
  readonly list: Parameter[] = [];
  /** Floats of the first part, whose gradients are not kept; of the part that decays, which holds it; and of all. */
  passingLength = 0;
  decayingLength = 0;
  length = 0;
  /** Addresses of the blocks; set when memory is there. */
  weights = 0;
  gradients = 0;
  states: number[] = [];
  /** Where one parameter can lie as PyTorch has it, between steps. */
  plain = 0;
  readonly #allDecay: boolean;

  /** `decayOn`: 'all' lets every parameter decay. */
  constructor({ decayOn }: { decayOn?: 'all' | undefined } = {}) {
    this.#allDecay = decayOn === 'all';
  }

  add(spec: ParameterSpec): Parameter {
    const parameter = { ...spec, decays: spec.decays || this.#allDecay, length: lengthOf(spec), offset: -1 };
    this.list.push(parameter);
    return parameter;
  }

  /** Decides where everything lies; `keepGradients`: of all parameters, not only of the small ones. */
  place(keepGradients: boolean): void {
    let offset = 0;
    const place = (parameter: Parameter) => {
      parameter.offset = offset;
      offset = Math.ceil((offset + parameter.length) / alignFloats) * alignFloats;
    };
    const passing = (parameter: Parameter) => !keepGradients && isLarge(parameter);
    for (const parameter of this.list) if (passing(parameter)) place(parameter);
    this.passingLength = offset;
    for (const parameter of this.list) if (parameter.decays && !passing(parameter)) place(parameter);
    this.decayingLength = offset;
    for (const parameter of this.list) if (!parameter.decays) place(parameter);
    this.length = offset;
  }

  weight(parameter: Parameter): number {
    return this.weights + 4 * parameter.offset;
  }

  /** Floats of the block of gradients. */
  get gradientLength(): number {
    return this.length - this.passingLength;
  }

  keepsGradient(parameter: Parameter): boolean {
    return parameter.offset >= this.passingLength;
  }

  /** Address of the gradient of a parameter whose gradient is kept. */
  gradient(parameter: Parameter): number {
    return this.gradients + 4 * (parameter.offset - this.passingLength);
  }

  /** Bytes of the largest parameter as PyTorch has it. */
  get plainBytes(): number {
    return 4 * Math.max(0, ...this.list.map(countOf));
  }

  /** Initial values: functions of the seed and the parameter's place in network order. */
  initialise(kernels: Kernels, seed: number): void {
    this.list.forEach((parameter, number) => {
      const { init } = parameter;
      const count = countOf(parameter);
      if ('constant' in init) this.#view(kernels, count).fill(init.constant);
      else if ('within' in init) fillUniform(this.#view(kernels, count), seed, number, init.within);
      else kernels.api.initNormal(seed, number, init.deviation, this.plain, count);
      weightLayout.pack(kernels, parameter, this.plain, this.weight(parameter));
    });
  }

  /** Brings what went too far in a step back to its limit. */
  limit(views: Views): void {
    for (const parameter of this.list) {
      const { most, length } = parameter;
      if (most === undefined) continue;
      const values = views.of(Float32Array, this.weight(parameter), length);
      for (let i = 0; i < length; i++) if ((values[i] as number) > most) values[i] = most;
    }
  }

  /** From PyTorch's layout into the block at `at`. */
  write(kernels: Kernels, parameter: Parameter, at: number, data: Float32Array): void {
    this.#view(kernels, data.length).set(data);
    weightLayout.pack(kernels, parameter, this.plain, at);
  }

  /** The way back; the result is overwritten by the next parameter that is read or written. */
  view(kernels: Kernels, parameter: Parameter, at: number): Float32Array {
    weightLayout.unpack(kernels, parameter, at, this.plain);
    return this.#view(kernels, countOf(parameter));
  }

  #view({ memory }: Kernels, length: number): Float32Array {
    return new Float32Array(memory.buffer, this.plain, length);
  }
}

/** Uniform numbers from -`within` to `within`; `tensor` numbers the parameter. */
function fillUniform(values: Float32Array, seed: number, tensor: number, within: number): void {
  const random = new RandomStream(seed, purpose.init, tensor);
  for (let i = 0; i < values.length; i++) values[i] = (2 * random.unit() - 1) * within;
}
