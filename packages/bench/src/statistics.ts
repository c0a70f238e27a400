/** Of few and noisy figures. */

export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

export interface Summary {
  median: number;
  low: number;
  high: number;
  values: number[];
}

export function summarise(values: readonly number[]): Summary {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values), values: [...values] };
}

/** Least squares slope of log y over log x: 1 when doubling x doubles y. NaN with fewer than two different x. */
export function logSlope(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (of: 0 | 1) => logs.reduce((sum, point) => sum + point[of], 0) / logs.length;
  const [x0, y0] = [mean(0), mean(1)];
  const over = logs.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  return over > 0 ? logs.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / over : Number.NaN;
}
