/**
 * All parameters of a network in one block of memory, those with weight decay first, and beside it equal blocks for
 * gradients and optimiser state: an optimiser step is two calls.
 */
import type { Kernels } from '../engine/kernels.js';
import type { StateTensor } from '../engine/types.js';
import { weightLayout } from './weightLayout.js';

export interface Parameter {
  readonly name: string;
  /** As PyTorch has it. */
  readonly shape: readonly number[];
  readonly layout: 'conv' | 'rows' | 'vector';
  /** Weights of convolutions and linear layers decay; biases and normalisations do not (Guo et al.'s recipe). */
  readonly decays: boolean;
  /** Standard deviation of the initial normal numbers, or a constant. */
  readonly init: { deviation: number } | { constant: number };
  /** Channels in memory: [out, in] for weights, [length] for vectors. */
  readonly padded: readonly number[];
  /** Floats in memory. */
  readonly length: number;
  /** Floats from the start of the block. */
  offset: number;
}

export type ParameterSpec = Omit<Parameter, 'offset' | 'length'>;

/** A vector. A normalisation's two parameters then lie side by side, as its kernel reads them. */
const alignFloats = 4;

export class Parameters {
  /** In network order. */
  readonly list: Parameter[] = [];
  /** Floats of the part that decays, and of all. */
  decayingLength = 0;
  length = 0;
  /** Addresses of the blocks; set when memory is there. */
  weights = 0;
  gradients = 0;
  states: number[] = [];

  add(spec: ParameterSpec): Parameter {
    const taps = spec.layout === 'conv' ? (spec.shape[2] as number) * (spec.shape[3] as number) : 1;
    const length = spec.padded.reduce((product, n) => product * n, taps);
    const parameter = { ...spec, length, offset: -1 };
    this.list.push(parameter);
    return parameter;
  }

  /** Decides where everything lies. */
  place(): void {
    let offset = 0;
    const place = (parameter: Parameter) => {
      parameter.offset = offset;
      offset = Math.ceil((offset + parameter.length) / alignFloats) * alignFloats;
    };
    for (const parameter of this.list) if (parameter.decays) place(parameter);
    this.decayingLength = offset;
    for (const parameter of this.list) if (!parameter.decays) place(parameter);
    this.length = offset;
  }

  weight(parameter: Parameter): number {
    return this.weights + 4 * parameter.offset;
  }

  gradient(parameter: Parameter): number {
    return this.gradients + 4 * parameter.offset;
  }

  /** Initial values: functions of the seed and the parameter's place in network order. */
  initialise(kernels: Kernels, seed: number): void {
    const { api, memory } = kernels;
    this.list.forEach((parameter, number) => {
      const count = parameter.shape.reduce((product, n) => product * n, 1);
      const data = new Float32Array(count);
      if ('constant' in parameter.init) {
        data.fill(parameter.init.constant);
      } else {
        const bytes = 4 * count;
        const at = api.reserve(bytes);
        api.initNormal(seed, number, parameter.init.deviation, at, count);
        data.set(new Float32Array(memory.buffer, at, count));
        api.release(at, bytes);
      }
      this.write(kernels, parameter, this.weight(parameter), data);
    });
  }

  /** From PyTorch's layout into the block at `at`. */
  write(kernels: Kernels, parameter: Parameter, at: number, data: Float32Array): void {
    weightLayout.write(kernels, parameter, at, data);
  }

  /** The way back. */
  read(kernels: Kernels, parameter: Parameter, at: number): StateTensor {
    return { shape: [...parameter.shape], data: weightLayout.read(kernels, parameter, at) };
  }
}
