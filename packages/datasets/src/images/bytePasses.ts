/** Resizing bytes: weights in fixed point, sums in 32 bits, and a byte, rounded and clamped, after each pass. */
import type { Taps } from './filters.js';

/**
 * Bytes [frames, height, width, channels] in other sizes: first along rows by `across`, then along columns by `down`; null
 * changes nothing. There are two of it, of the same bits: this one, and that of `crates/images`.
 */
export type ResizeBytes = (pixels: Uint8Array, sizes: Sizes, across: Taps | null, down: Taps | null) => Uint8Array;

export interface Sizes {
  frames: number;
  height: number;
  width: number;
  channels: number;
}

/** Bits behind the point. Of 32, eight are for the byte before it and two for what a filter overshoots by. */
const fraction = 32 - 8 - 2;
const half = 1 << (fraction - 1);

/** Weights in fixed point, rounded half away from zero. */
export function inFixedPoint({ weights }: Taps): Int32Array {
  const fixed = new Int32Array(weights.length);
  // Not by Int32Array.from with a function, which takes ten times as long. What is stored is cut off towards zero.
  for (let i = 0; i < fixed.length; i++) {
    const weight = weights[i] as number;
    fixed[i] = weight * (1 << fraction) + (weight < 0 ? -0.5 : 0.5);
  }
  return fixed;
}

export const resizeBytes: ResizeBytes = (pixels, { height, width, channels }, across, down) => {
  const rows = across === null ? pixels : alongRows(pixels, width, channels, across);
  return down === null ? rows : alongColumns(rows, height, (across?.count.length ?? width) * channels, down);
};

/** [rows, width, channels] to [rows, outputs, channels]. */
function alongRows(from: Uint8Array, width: number, channels: number, taps: Taps): Uint8Array {
  const row = width * channels;
  const { count } = taps;
  const made = new Uint8ClampedArray((from.length / row) * count.length * channels);
  const weights = inFixedPoint(taps);
  let at = 0;
  for (let start = 0; start < from.length; start += row) {
    for (let x = 0; x < count.length; x++) {
      for (let c = 0; c < channels; c++) made[at++] = weighted(from, start + c, channels, taps, weights, x);
    }
  }
  return new Uint8Array(made.buffer);
}

/** [frames, height, row] to [frames, outputs, row]. */
function alongColumns(from: Uint8Array, height: number, row: number, taps: Taps): Uint8Array {
  const { count } = taps;
  const made = new Uint8ClampedArray((from.length / height) * count.length);
  const weights = inFixedPoint(taps);
  let at = 0;
  for (let frame = 0; frame < from.length; frame += height * row) {
    for (let y = 0; y < count.length; y++) {
      for (let x = 0; x < row; x++) made[at++] = weighted(from, frame + x, row, taps, weights, y);
    }
  }
  return new Uint8Array(made.buffer);
}

/** One output, before it is clamped: the sum over inputs that lie `step` apart. */
function weighted(
  from: Uint8Array,
  start: number,
  step: number,
  { first, count, most }: Taps,
  weights: Int32Array,
  i: number,
): number {
  let sum = half;
  let at = start + (first[i] as number) * step;
  const end = i * most + (count[i] as number);
  for (let k = i * most; k < end; k++, at += step) {
    sum = (sum + Math.imul(from[at] as number, weights[k] as number)) | 0;
  }
  return sum >> fraction;
}
