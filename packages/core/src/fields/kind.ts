/** The kinds of one family (of surrogates, of neurons), each a file that describes it. */
import { type Fields, fieldProblems, isOptional, type OptionsOf, usualOptions } from './field.js';

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

/**
 * Options of a kind as the settings give them, a later one before an earlier; those that none gives have their usual
 * values. What another kind of the family has and this one has not is left out; what no kind has stays, to be refused.
 */
export function completeOptions(
  family: readonly Kind[],
  kind: Kind | undefined,
  settings: readonly object[],
): Record<string, unknown> {
  const fields = kind?.options ?? {};
  const isOfAnother = (key: string) =>
    !Object.hasOwn(fields, key) && family.some(({ options }) => Object.hasOwn(options, key));
  const given: Record<string, unknown> = Object.assign({}, ...settings);
  const isLeftOut = (key: string, value: unknown) => isOptional(fields[key]) && value === fields[key]?.usual;
  const kept = Object.entries(given).filter(([key, value]) => !isOfAnother(key) && !isLeftOut(key, value));
  return { ...usualOptions(fields), ...Object.fromEntries(kept) };
}

/** What is wrong with a kind of the family and its options: '`prefix` + `kind` must be ...'; empty when nothing is. */
export function specProblems(prefix: string, family: readonly Kind[], spec: { kind: string } | undefined): string[] {
  const kind = kindNamed(family, spec?.kind);
  if (kind === undefined || spec === undefined) {
    return [`\`${prefix}kind\` must be one of ${family.map(({ name }) => name).join(', ')}`];
  }
  return fieldProblems(prefix, kind.options, spec);
}

export function kindNamed(family: readonly Kind[], name: unknown): Kind | undefined {
  return family.find((one) => one.name === name);
}
