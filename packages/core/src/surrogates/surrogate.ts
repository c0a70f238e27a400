import type { Fields, NumberField } from '../fields/field.js';
import type { Kind } from '../fields/kind.js';

/** A surrogate is a family of curves with one number, as the kernels have it. */
export function surrogate<const Name extends string, Option extends string>(
  kind: Kind<Name, Readonly<Record<Option, NumberField>>>,
): Kind<Name, Readonly<Record<Option, NumberField>>> {
  return kind;
}

/** The one number of a surrogate's specification. */
export function optionOf(spec: { kind: string }, fields: Fields): number {
  return (spec as unknown as Record<string, number>)[Object.keys(fields)[0] as string] as number;
}
