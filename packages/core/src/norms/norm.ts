import type { Fields, NumberField, OptionsOf } from '../fields/field.js';
import { number, positive } from '../fields/field.js';
import type { Kind } from '../fields/kind.js';
import type { Per } from '../fields/per.js';

/** A tensor of a layer's: a number for each channel, for each time step, or for both `[T, C]`. */
export interface NormTensor {
  /** Behind the layer's name: 'weight'. */
  readonly name: string;
  readonly per: Exclude<Per, 'layer'>;
  /** What its numbers are before training. */
  readonly init: number;
}

/** What the kernels are told of a norm; `deviation`: of normalised values, for those that look at it. */
export type NormNumbers = [eps: number, momentum: number, deviation: number];

export interface NormKind<Name extends string = string, F extends Fields = Fields> extends Kind<Name, F> {
  /** The time steps that share a mean and a variance. */
  readonly statistics: 'all steps' | 'each step';
  /** In the order in which the kernels read them. */
  readonly learned: readonly NormTensor[];
  /** What evaluation normalises by. */
  readonly running: readonly NormTensor[];
  /** `threshold`: of the neurons that read the current; where they learn it, the one at which they start. */
  numbers(options: OptionsOf<F>, threshold: number): NormNumbers;
  /** The options of each of `count` norms whose outputs are summed to one current; as they are where this is missing. */
  summed?(options: OptionsOf<F>, count: number): OptionsOf<F>;
}

export function norm<const Name extends string, const F extends Fields>(kind: NormKind<Name, F>): NormKind<Name, F> {
  return kind;
}

/** Options that every norm has. */
export const common: Readonly<Record<'eps' | 'momentum', NumberField>> = {
  eps: positive({ max: 1, usual: 1e-5, help: 'Added to the variance' }),
  momentum: number({ min: 0, max: 1, usual: 0.1, help: 'Share of a batch in the running statistics' }),
};
