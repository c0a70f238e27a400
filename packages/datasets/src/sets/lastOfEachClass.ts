/** What serves for tests where a folder of one's own has no parts. */
import type { Part } from './parts.js';

/**
 * Positions of the last `share` of each class, for tests, and of the others: at least one for tests of a class that has
 * two. `labels`: in the order of names.
 */
export function lastOfEachClass(
  labels: readonly number[],
  share: number,
): { split: string; positions: Record<Part, number[]> } {
  const left = new Map<number, number>();
  for (const label of labels) left.set(label, (left.get(label) ?? 0) + 1);
  const forTests = new Map(
    [...left].map(([label, size]) => [label, Math.min(size - 1, Math.max(1, Math.round(size * share)))]),
  );
  const positions: Record<Part, number[]> = { train: [], test: [] };
  for (const [position, label] of labels.entries()) {
    const before = left.get(label) as number;
    left.set(label, before - 1);
    positions[before > (forTests.get(label) as number) ? 'train' : 'test'].push(position);
  }
  return { split: `last ${share} of each class`, positions };
}
