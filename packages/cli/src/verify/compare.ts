/** Finds where two runs part. */
import { type Place, placeOf } from './entry.js';
import { type Evidence, numberOf } from './evidence.js';

/** The evidence that a run should leave; hashes may be cut to their first digits. */
export type Expected = Pick<Evidence, 'names' | 'steps'> & { digests: Record<string, string> };

export interface Difference extends Place {
  /** Counted from 1. */
  step: number;
  expected: string;
  found: string;
  /** Entries that differ in this step, and entries of it. */
  differing: number;
  entries: number;
}

/** The first entry, in the order in which a run computes them, that differs from the expected one; null: none does. */
export function firstDifference(expected: Expected, found: Evidence): Difference | null {
  const foundAt = new Map(found.names.map((name, place) => [name, place]));
  const names = [...expected.names, ...found.names.filter((name) => !expected.names.includes(name))];
  const steps = Math.max(expected.steps.length, found.steps.length);
  for (let step = 0; step < steps; step++) {
    const pairs = names.map((name, place) => ({
      name,
      expected: expected.steps[step]?.[place] ?? '-',
      found: found.steps[step]?.[foundAt.get(name) ?? -1] ?? '-',
    }));
    const differing = pairs.filter((pair) => !same(pair.expected, pair.found));
    const [first] = differing;
    if (first === undefined) continue;
    return {
      ...placeOf(first.name),
      ...{ step: step + 1, expected: first.expected, found: first.found },
      ...{ differing: differing.length, entries: pairs.length },
    };
  }
  return null;
}

const same = (expected: string, found: string) => found.startsWith(expected) && (expected === '-') === (found === '-');

/** For example: 'step 3 of 40: layer stem.conv, tensor stem.conv.weight: SHA-256 0f3a..., expected 9b21...'. */
export function inWords(difference: Difference, steps: number): string {
  const { step, kind, layer, tensor, differing, entries } = difference;
  const where =
    layer === null ? tensor : `layer ${layer}, ${kind === 'gradient' ? 'gradient of ' : ''}tensor ${tensor}`;
  const show = (value: string) => {
    if (value === '-') return 'nothing';
    return kind === 'metric' ? `${numberOf(value)} (bits ${value})` : `SHA-256 ${value.slice(0, 16)}...`;
  };
  const others = differing > 1 ? `; ${differing} of ${entries} entries of this step differ` : '';
  return `step ${step} of ${steps}: ${where}: ${show(difference.found)}, expected ${show(difference.expected)}${others}`;
}
