import type { GradientStats } from './metrics.js';

/**
 * Sums of one tensor's gradient statistics over probe steps. Plain data, so that a checkpoint in the middle of an epoch
 * can hold it; the order of additions is the order of the steps, so that a resumed epoch ends with the same bits.
 */
export interface GradientSums {
  steps: number;
  norm: number;
  zeros: number;
  count: number;
  /** Sum of the weight norms of a parameter. */
  weightNorm?: number;
  minExponent: number;
  positive: number[];
  negative: number[];
}

/** Adds one probe step. Throws when its bins are not those of the sums. */
export function addGradientStats(sums: GradientSums | undefined, stats: GradientStats, name: string): GradientSums {
  const { minExponent, positive, negative } = stats.histogram;
  const before: GradientSums = sums ?? {
    steps: 0,
    norm: 0,
    zeros: 0,
    count: 0,
    minExponent,
    positive: new Array<number>(positive.length).fill(0),
    negative: new Array<number>(negative.length).fill(0),
  };
  if (
    before.minExponent !== minExponent ||
    before.positive.length !== positive.length ||
    before.negative.length !== negative.length
  ) {
    throw new RangeError(
      `gradient histogram of ${name} has ${positive.length} + ${negative.length} bins from 2^${minExponent}, ` +
        `earlier steps had ${before.positive.length} + ${before.negative.length} from 2^${before.minExponent}`,
    );
  }
  const weightNorm = stats.weightNorm === undefined ? {} : { weightNorm: (before.weightNorm ?? 0) + stats.weightNorm };
  return {
    steps: before.steps + 1,
    norm: before.norm + stats.norm,
    zeros: before.zeros + stats.zeroShare * stats.count,
    count: before.count + stats.count,
    ...weightNorm,
    minExponent,
    positive: before.positive.map((bin, i) => bin + (positive[i] as number)),
    negative: before.negative.map((bin, i) => bin + (negative[i] as number)),
  };
}

/**
 * Means per probe step: norm, count and bins are divided by the number of steps (bins may become fractions), and
 * zeroShare is the share among all entries. As in one step, the bins and zeroShare * count add up to count.
 */
export function meanGradientStats(sums: GradientSums): GradientStats {
  const { steps, minExponent } = sums;
  return {
    norm: sums.norm / steps,
    zeroShare: sums.count === 0 ? 0 : sums.zeros / sums.count,
    count: sums.count / steps,
    ...(sums.weightNorm === undefined ? {} : { weightNorm: sums.weightNorm / steps }),
    histogram: {
      minExponent,
      positive: sums.positive.map((bin) => bin / steps),
      negative: sums.negative.map((bin) => bin / steps),
    },
  };
}

/** One tensor's statistics over several probe steps. Throws on an empty list. */
export function mergeGradientStats(list: readonly GradientStats[], name = 'a tensor'): GradientStats {
  let sums: GradientSums | undefined;
  for (const stats of list) sums = addGradientStats(sums, stats, name);
  if (sums === undefined) throw new RangeError(`no gradient statistics of ${name} to merge`);
  return meanGradientStats(sums);
}
