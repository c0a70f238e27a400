import type { Fields, OptionsOf } from '../fields/field.js';
import type { Kind } from '../fields/kind.js';
import type { ExactMath } from '../kernels/exactMath.js';

/** Something that neurons learn: one number for a layer or for each channel, and where it starts. */
export interface Learned {
  name: string;
  per: 'layer' | 'channel';
  init: number;
}

/** A running statistic of every channel's membrane, and where it starts. */
export interface Running {
  name: string;
  per: 'channel';
  init: number;
}

export interface NeuronKind<Name extends string = string, F extends Fields = Fields> extends Kind<Name, F> {
  /** Problems of options together that are right each by itself. */
  problems(options: OptionsOf<F>): string[];
  /** What the kernel of the same name is told, in its order. */
  numbers(options: OptionsOf<F>): (number | boolean)[];
  /** Whether neurons fire -1 as well, into a second plane. */
  readonly signed?: true;
  /** The learned number, one for a layer, that spikes count in place of 1. */
  readonly amplitude?: string;
  /** In the kernel's order; nothing where this is missing. */
  learned?(options: OptionsOf<F>, math: Pick<ExactMath, 'log'>): Learned[];
  /** Of a membrane that each time step normalises between charge and fire, in the kernel's order. */
  readonly running?: readonly Running[];
}

export function neuron<const Name extends string, const F extends Fields>(
  kind: NeuronKind<Name, F>,
): NeuronKind<Name, F> {
  return kind;
}
