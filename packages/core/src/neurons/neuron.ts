import type { ExactMath } from '../engine/exactMath.js';
import type { Fields, OptionsOf } from '../fields/field.js';
import type { Kind } from '../fields/kind.js';

/** A neuron for the kernels' loops: decay and threshold; whether it resets to zero, detaches the reset, scales its input. */
export type Numbers = [decay: number, threshold: number, hardReset: boolean, detachReset: boolean, decayInput: boolean];

export interface NeuronKind<Name extends string = string, F extends Fields = Fields> extends Kind<Name, F> {
  /** Problems of options together that are right each by itself. */
  problems(options: OptionsOf<F>): string[];
  numbers(options: OptionsOf<F>): Numbers;
  /** Numbers that a layer learns, and where they start; none where this is missing. */
  learned?(options: OptionsOf<F>, math: Pick<ExactMath, 'log'>): { name: string; init: number }[];
}

export function neuron<const Name extends string, const F extends Fields>(
  kind: NeuronKind<Name, F>,
): NeuronKind<Name, F> {
  return kind;
}
