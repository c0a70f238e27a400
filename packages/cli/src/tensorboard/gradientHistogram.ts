import type { GradientStats } from 'kestirme';
import type { Histogram } from './events.js';

/**
 * The bins of a gradient as TensorBoard has them. The bins are powers of two, so least, largest and sums are those of
 * their ends and middles, not of the entries. Null where nothing was counted.
 */
export function gradientHistogram({ histogram, count, zeroShare }: GradientStats): Histogram | null {
  const { minExponent, positive, negative } = histogram;
  const edge = (bin: number) => power(minExponent + bin);
  const limits: number[] = [];
  const counts: number[] = [];
  const bucket = (limit: number, entries: number) => {
    limits.push(limit);
    counts.push(entries);
  };
  for (let bin = negative.length - 1; bin >= 0; bin--) bucket(-edge(bin), negative[bin] ?? 0);
  bucket(edge(0), zeroShare * count);
  positive.forEach((entries, bin) => {
    bucket(edge(bin + 1), entries);
  });
  const first = counts.findIndex((entries) => entries > 0);
  const last = counts.findLastIndex((entries) => entries > 0);
  if (first < 0) return null;
  const low = (at: number) => (at === 0 ? 2 * (limits[0] as number) : (limits[at - 1] as number));
  const middle = (at: number) => (at === negative.length ? 0 : (low(at) + (limits[at] as number)) / 2);
  const sums = counts.map((entries, at) => ({ entries, value: middle(at) }));
  // One bucket more at each end, as an empty one tells TensorBoard where the first begins.
  const from = Math.max(0, first - 1);
  return {
    min: first === negative.length ? 0 : low(first),
    max: last === negative.length ? 0 : (limits[last] as number),
    num: sums.reduce((sum, { entries }) => sum + entries, 0),
    sum: sums.reduce((sum, { entries, value }) => sum + entries * value, 0),
    sumSquares: sums.reduce((sum, { entries, value }) => sum + entries * value * value, 0),
    limits: limits.slice(from, last + 1),
    counts: counts.slice(from, last + 1),
  };
}

/** Two to the power of a whole number, exactly. */
function power(exponent: number): number {
  let value = 1;
  for (let at = Math.abs(exponent); at > 0; at--) value *= 2;
  return exponent < 0 ? 1 / value : value;
}
