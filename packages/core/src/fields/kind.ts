/** The kinds of one family (of surrogates, of neurons), each a file that describes it. */
import type { Fields, OptionsOf } from './field.js';

export interface Kind<Name extends string = string, F extends Fields = Fields> {
  /** As specifications and command lines have it. */
  readonly name: Name;
  /** A few words for a list. */
  readonly help: string;
  /** Whose it is: 'Fang et al. 2021'. */
  readonly paper: string;
  readonly options: F;
  /** What its numbers are held to, besides finite differences and the twin in crates/reference. */
  readonly parity: string;
}

/** A kind with its options' values, as specifications have it: { kind: 'atan', alpha: 2 }. */
export type SpecOf<M> = M extends Kind<infer Name, infer F> ? { kind: Name } & OptionsOf<F> : never;

export function kindNamed(family: readonly Kind[], name: unknown): Kind | undefined {
  return family.find((one) => one.name === name);
}
