/** Resizing bytes: weights in fixed point, sums in 32 bits, and a byte, rounded and clamped, after each pass. */
import type { Taps } from './filters.js';

/** Bits behind the point. Of 32, eight are for the byte before it and two for what a filter overshoots by. */
const fraction = 32 - 8 - 2;
const half = 1 << (fraction - 1);

/** Rounded half away from zero. */
function inFixedPoint({ weights }: Taps): Int32Array {
  return Int32Array.from(weights, (weight) => Math.trunc(weight * (1 << fraction) + (weight < 0 ? -0.5 : 0.5)));
}

/** [rows, width, channels] to [rows, outputs, channels]. */
export function bytesAlongRows(from: Uint8Array, width: number, channels: number, taps: Taps): Uint8ClampedArray {
  const row = width * channels;
  const made = new Uint8ClampedArray((from.length / row) * taps.count.length * channels);
  const weights = inFixedPoint(taps);
  const along = channels === 3 ? colourRow : anyRow;
  for (let start = 0, at = 0; start < from.length; start += row)
    at = along(from, start, made, at, taps, weights, channels);
  return made;
}

type AlongRow = (
  from: Uint8Array,
  start: number,
  to: Uint8ClampedArray,
  at: number,
  taps: Taps,
  weights: Int32Array,
  channels: number,
) => number;

const anyRow: AlongRow = (from, start, to, at, { first, count, most }, weights, channels) => {
  let out = at;
  for (let x = 0; x < count.length; x++) {
    const end = x * most + (count[x] as number);
    for (let c = 0; c < channels; c++) {
      let sum = half;
      for (let k = x * most, p = start + (first[x] as number) * channels + c; k < end; k++, p += channels) {
        sum = (sum + Math.imul(from[p] as number, weights[k] as number)) | 0;
      }
      to[out++] = sum >> fraction;
    }
  }
  return out;
};

/** The same for three channels at once, twice as fast. */
const colourRow: AlongRow = (from, start, to, at, { first, count, most }, weights) => {
  let out = at;
  for (let x = 0; x < count.length; x++) {
    const end = x * most + (count[x] as number);
    let red = half;
    let green = half;
    let blue = half;
    for (let k = x * most, p = start + (first[x] as number) * 3; k < end; k++, p += 3) {
      const weight = weights[k] as number;
      red = (red + Math.imul(from[p] as number, weight)) | 0;
      green = (green + Math.imul(from[p + 1] as number, weight)) | 0;
      blue = (blue + Math.imul(from[p + 2] as number, weight)) | 0;
    }
    to[out++] = red >> fraction;
    to[out++] = green >> fraction;
    to[out++] = blue >> fraction;
  }
  return out;
};

/** [frames, height, row] to [frames, outputs, row]. */
export function bytesAlongColumns(from: Uint8Array, height: number, row: number, taps: Taps): Uint8ClampedArray {
  const { first, count, most } = taps;
  const weights = inFixedPoint(taps);
  const made = new Uint8ClampedArray((from.length / height) * count.length);
  let at = 0;
  for (let frame = 0; frame < from.length; frame += height * row) {
    for (let y = 0; y < count.length; y++) {
      const start = frame + (first[y] as number) * row;
      const end = y * most + (count[y] as number);
      for (let x = 0; x < row; x++) {
        let sum = half;
        for (let k = y * most, p = start + x; k < end; k++, p += row) {
          sum = (sum + Math.imul(from[p] as number, weights[k] as number)) | 0;
        }
        made[at++] = sum >> fraction;
      }
    }
  }
  return made;
}
