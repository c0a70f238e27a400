/** The kinds of one family (of surrogates, of neurons), each a file that describes it. */
import type { Fields, OptionsOf } from './field.js';

/** How sure it is that a method is what its paper has: read in the authors' program, or only in words about it. */
export type Confidence = 'high' | 'medium' | 'low';

/** Facts of a method for a list, beside its name. */
export interface Provenance {
  /** A few words for a list. */
  readonly help: string;
  /** Its source: 'Fang et al. 2021'. */
  readonly paper: string;
  readonly confidence: Confidence;
  /** The programs whose values its numbers are held to, besides finite differences and the twin in crates/reference. */
  readonly parity: string;
}

export interface Kind<Name extends string = string, F extends Fields = Fields> extends Provenance {
  /** The name in specifications and on command lines. */
  readonly name: Name;
  readonly options: F;
}

/** A kind with its options' values, as specifications have it: { kind: 'atan', alpha: 2 }. */
export type SpecOf<M> = M extends Kind<infer Name, infer F> ? { kind: Name } & OptionsOf<F> : never;

export function kindNamed(family: readonly Kind[], name: unknown): Kind | undefined {
  return family.find((one) => one.name === name);
}
