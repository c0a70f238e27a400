/**
 * A sum of spikes as binary numbers: planes whose bits count 1, 2, 4 and so on, and others that count as much below zero.
 * So k spikes at a place are about log2(k) planes in place of k, and each of them is one call of every kernel that reads them.
 */
import { fixedPlane, isBinary, type Plane, type Value } from './value.js';

/** One place of an addition. */
export interface DigitSum {
  readonly a: Plane;
  readonly b: Plane;
  readonly carry: Plane | null;
  readonly sum: Plane;
  readonly carried: Plane | null;
}

export interface SumOfPlanes {
  readonly planes: Plane[];
  /** In the order in which they have to be made. */
  readonly steps: DigitSum[];
  readonly counts: Counts;
}

/** The largest numbers of a value above and below zero. */
export type Counts = Readonly<Record<'up' | 'down', number>>;

/** Null for a value whose bits do not count whole numbers for ever, as those of a learned amplitude. */
function countsOf(value: Value): Counts | null {
  if (value.counts !== undefined) return value.counts;
  if (isBinary(value)) return { up: 1, down: 0 };
  const [up, down] = value.planes.map(({ fixed }) => fixed);
  return value.planes.length === 2 && up === 1 && down === -1 ? { up: 1, down: 1 } : null;
}

/** The sum of two values; null where it has no fewer planes than both together. */
export function sumOfPlanes(x: Value, y: Value): SumOfPlanes | null {
  const [ofX, ofY] = [countsOf(x), countsOf(y)];
  if (ofX === null || ofY === null) return null;
  const counts = { up: ofX.up + ofY.up, down: ofX.down + ofY.down };
  const [planes, steps]: [Plane[], DigitSum[]] = [[], []];
  for (const [sign, most] of [
    [1, counts.up],
    [-1, counts.down],
  ] as const) {
    const digit = ({ planes }: Value, weight: number) => planes.find(({ fixed }) => fixed === weight);
    let carry: Plane | null = null;
    for (let place = 1; place <= most; place *= 2) {
      const weight = sign * place;
      const [a, b, c] = [digit(x, weight), digit(y, weight), carry].filter((plane) => plane != null) as Plane[];
      carry = null;
      if (a === undefined) continue;
      if (b === undefined) {
        planes.push(a);
        continue;
      }
      const sum = fixedPlane(weight);
      carry = 2 * place <= most ? fixedPlane(2 * weight) : null;
      steps.push({ a, b, carry: c ?? null, sum, carried: carry });
      planes.push(sum);
    }
  }
  return { planes, steps, counts };
}
