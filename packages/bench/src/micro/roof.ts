/** What bounds a kernel on one core: its operations at the best rate of the vectors, or its bytes at that of a cache. */

/** Rates of one core in 10^9 a second. */
export interface Roof {
  /** Additions of a lane. */
  gigaSums: number;
  /** A multiplication and an addition of a lane, never fused. */
  gigaProducts: number;
  /** Bytes read from data of so many bytes, the smallest first. */
  reads: readonly { name: string; bytes: number; gigabytes: number }[];
}

/** What a call has to do, whatever the instructions. */
export interface Need {
  /** Additions without a multiplication. */
  sums: number;
  /** Multiplications with an addition. */
  products: number;
  /** Read from tables in the nearest cache. */
  tableBytes: number;
  /** Each number that comes in or goes out, once. */
  bytes: number;
}

export type Bound = 'arithmetic' | 'tables' | 'memory';

/** The least milliseconds that a call can take under the roof, and what bounds it. */
export function leastTime(need: Need, { gigaSums, gigaProducts, reads }: Roof): { milliseconds: number; bound: Bound } {
  const [nearest] = reads;
  const enough = reads.find(({ bytes }) => need.bytes <= bytes) ?? reads.at(-1);
  const seconds = (amount: number, giga = Number.NaN) => (amount === 0 ? 0 : amount / giga / 1e9);
  const times: [Bound, number][] = [
    ['arithmetic', seconds(need.sums, gigaSums) + seconds(need.products, gigaProducts)],
    ['tables', seconds(need.tableBytes, nearest?.gigabytes)],
    ['memory', seconds(need.bytes, enough?.gigabytes)],
  ];
  const [bound, least] = times.reduce((a, b) => (b[1] > a[1] ? b : a));
  return { milliseconds: 1000 * least, bound };
}
