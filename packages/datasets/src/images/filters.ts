/** The filters of Pillow's resize, by its names. */
export type Filter = 'nearest' | 'box' | 'bilinear' | 'bicubic';

export const filters: readonly Filter[] = ['nearest', 'box', 'bilinear', 'bicubic'];

/** Weight over distance, in units of the coarser of both grids, and the distance from which on it is 0. */
interface Kernel {
  support: number;
  weight(distance: number): number;
}

const a = -0.5;

export const kernels: Record<Exclude<Filter, 'nearest'>, Kernel> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight(distance) {
      const x = Math.abs(distance);
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    },
  },
};

/** Of one axis: output `i` is the sum of `count[i]` inputs from `first[i]` on, each by its weight from `i * most` on. */
export interface Taps {
  first: Int32Array;
  count: Int32Array;
  /** The highest count. */
  most: number;
  /** [outputs, most]; the sum of each is 1. */
  weights: Float64Array;
}

/** One axis of an image: the inputs from `low` to `high`, of `size` in all, become the outputs `from` to `to` of `size`. */
export interface Axis {
  input: { size: number; low: number; high: number };
  output: { size: number; from: number; to: number };
}

/** Inputs for each output; the edges are floats in Pillow. */
function stepOf({ low, high }: Axis['input'], { size }: Axis['output']): number {
  return Math.fround(high - low) / size;
}

/**
 * What each output is the sum of. Where the output is smaller, the kernel is as wide as the step between outputs, so that
 * no input is passed over.
 */
export function tapsOf(filter: Exclude<Filter, 'nearest'>, { input, output }: Axis): Taps {
  const { support, weight } = kernels[filter];
  const scale = stepOf(input, output);
  const wide = Math.max(scale, 1);
  const reach = support * wide;
  const most = Math.ceil(reach) * 2 + 1;
  const outputs = output.to - output.from;
  const taps = { first: new Int32Array(outputs), count: new Int32Array(outputs), most };
  const weights = new Float64Array(outputs * most);
  for (let i = 0; i < outputs; i++) {
    const center = input.low + (i + output.from + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - reach + 0.5));
    const count = Math.min(input.size, Math.trunc(center + reach + 0.5)) - first;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      // Multiplied by the inverse, not divided: Pillow's roundings are to be ours.
      const w = weight((k + first - center + 0.5) * (1 / wide));
      weights[i * most + k] = w;
      sum += w;
    }
    for (let k = 0; k < count && sum !== 0; k++) weights[i * most + k] = (weights[i * most + k] as number) / sum;
    taps.first[i] = first;
    taps.count[i] = count;
  }
  return { ...taps, weights };
}

/** For each output the one input that 'nearest' takes, added up as Pillow does. */
export function nearestOf({ input, output }: Axis): Int32Array {
  const scale = stepOf(input, output);
  const found = new Int32Array(output.to - output.from);
  let at = input.low + scale * 0.5;
  for (let i = 0; i < output.to; i++, at += scale) {
    if (i >= output.from) found[i - output.from] = Math.min(input.size - 1, Math.trunc(at));
  }
  return found;
}
