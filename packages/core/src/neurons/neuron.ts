import { type Fields, type OptionsOf, orZero } from '../fields/field.js';
import type { Kind } from '../fields/kind.js';
import type { Per } from '../fields/per.js';
import type { ExactMath } from '../kernels/exactMath.js';

/** Something that neurons learn. */
export interface Learned {
  name: string;
  per: Per;
  /** Where it starts: at a number, or at random numbers from -within to within. */
  init: number | { within: number };
  /** What is above this after a training step becomes this. */
  most?: number;
}

/** What a neuron may want to know to say where it starts. */
export interface LearnedContext extends Pick<ExactMath, 'log'> {
  timeSteps: number;
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
  learned?(options: OptionsOf<F>, context: LearnedContext): Learned[];
  /** Of a membrane that each time step normalises between charge and fire, in the kernel's order. */
  readonly running?: readonly Running[];
}

/** Options that every neuron with a membrane has. */
export const common = {
  initialMembrane: orZero({
    max: 1e6,
    help: 'Membranes start at random between 0 and this, in evaluations, too; Spiking-PointNet has 0.5',
  }),
};

export function neuron<const Name extends string, const F extends Fields>(
  kind: NeuronKind<Name, F>,
): NeuronKind<Name, F> {
  return kind;
}
