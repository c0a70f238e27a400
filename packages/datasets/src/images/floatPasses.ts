/** Resizing floats, as Pillow does images of mode F: sums of doubles, and a float after each pass. */
import type { Sizes } from './bytePasses.js';
import type { Taps } from './filters.js';

/** As `resizeBytes`. */
export function resizeFloats(
  pixels: Float32Array,
  { height, width, channels }: Sizes,
  across: Taps | null,
  down: Taps | null,
): Float32Array {
  const rows = across === null ? pixels : alongRows(pixels, width, channels, across);
  return down === null ? rows : alongColumns(rows, height, (across?.count.length ?? width) * channels, down);
}

/** [rows, width, channels] to [rows, outputs, channels]. */
function alongRows(from: Float32Array, width: number, channels: number, taps: Taps): Float32Array {
  const { count } = taps;
  const row = width * channels;
  const made = new Float32Array((from.length / row) * count.length * channels);
  let at = 0;
  for (let start = 0; start < from.length; start += row) {
    for (let x = 0; x < count.length; x++) {
      for (let c = 0; c < channels; c++) made[at++] = weighted(from, start + c, channels, taps, x);
    }
  }
  return made;
}

/** [frames, height, row] to [frames, outputs, row]. */
function alongColumns(from: Float32Array, height: number, row: number, taps: Taps): Float32Array {
  const { count } = taps;
  const made = new Float32Array((from.length / height) * count.length);
  let at = 0;
  for (let frame = 0; frame < from.length; frame += height * row) {
    for (let y = 0; y < count.length; y++) {
      for (let x = 0; x < row; x++) made[at++] = weighted(from, frame + x, row, taps, y);
    }
  }
  return made;
}

/** One output: the sum over inputs that lie `step` apart. */
function weighted(
  from: Float32Array,
  start: number,
  step: number,
  { first, count, most, weights }: Taps,
  i: number,
): number {
  let sum = 0;
  const base = start + (first[i] as number) * step;
  for (let k = 0; k < (count[i] as number); k++)
    sum += (from[base + k * step] as number) * (weights[i * most + k] as number);
  return sum;
}
