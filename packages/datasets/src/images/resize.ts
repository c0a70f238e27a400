/**
 * Resizing with the arithmetic of Pillow, equal to its `Image.resize` bit for bit: antialiased, first along rows, then
 * along columns.
 */
import { resizeBytes } from '#bytePasses';
import { pixelsOf, type Sample } from '../samples/sample.js';
import { type Box, crop } from './crop.js';
import { type Axis, type Filter, nearestOf, type Taps, tapsOf } from './filters.js';
import { resizeFloats } from './floatPasses.js';

export interface ResizeOptions {
  /** In pixels. */
  height: number;
  width: number;
  filter: Filter;
  /** What of the input is resized, whose edges may lie between pixels. Default: all. */
  box?: Box;
  /** What of the output is made, in whole pixels: the same bits as cutting it out afterwards. Default: all. */
  window?: Box;
}

/**
 * Another sample, of the window's size; the sample itself where nothing changes. Each frame and each channel is resized on
 * its own.
 */
export function resize(sample: Sample, { height, width, filter, box, window }: ResizeOptions): Sample {
  const { left, top, right, bottom } = box ?? { left: 0, top: 0, right: sample.width, bottom: sample.height };
  const made = window ?? { left: 0, top: 0, right: width, bottom: height };
  const across: Axis = {
    input: { size: sample.width, low: Math.fround(left), high: Math.fround(right) },
    output: { size: width, from: made.left, to: made.right },
  };
  const down: Axis = {
    input: { size: sample.height, low: Math.fround(top), high: Math.fround(bottom) },
    output: { size: height, from: made.top, to: made.bottom },
  };
  if (changesNothing(across) && changesNothing(down)) return sample;
  if (filter === 'nearest') return pick(sample, nearestOf(down), nearestOf(across));
  const columns = changesNothing(down) ? null : tapsOf(filter, down);
  const rows = changesNothing(across) ? null : tapsOf(filter, across);
  if (columns === null || rows === null) return resized(sample, rows, columns);
  // Only those rows that the second pass reads.
  const last = columns.first.length - 1;
  const first = columns.first[0] as number;
  const end = (columns.first[last] as number) + (columns.count[last] as number);
  return resized(rowsOf(sample, first, end), rows, { ...columns, first: columns.first.map((row) => row - first) });
}

/**
 * What lies in the part, in whole pixels of the sample, as an image of its own: the same bits as cutting it out before, without
 * a copy of it.
 */
export function resizePart(
  sample: Sample,
  part: Box,
  options: Pick<ResizeOptions, 'height' | 'width' | 'filter'>,
): Sample {
  const { height, width, filter } = options;
  const sizes = { height: part.bottom - part.top, width: part.right - part.left };
  if (filter === 'nearest' || sample.frames !== 1 || sizes.height === height || sizes.width === width) {
    return resize(crop(sample, part), options);
  }
  const whole = (size: number, made: number): Axis => {
    return { input: { size, low: 0, high: size }, output: { size: made, from: 0, to: made } };
  };
  const rows = rowsOf(sample, part.top, part.bottom);
  const across = tapsOf(filter, whole(sizes.width, width));
  const shifted = { ...across, first: across.first.map((column) => column + part.left) };
  return resized(rows, shifted, tapsOf(filter, whole(sizes.height, height)));
}

function resized(sample: Sample, across: Taps | null, down: Taps | null): Sample {
  const { pixels } = sample;
  const made =
    pixels instanceof Float32Array
      ? resizeFloats(pixels, sample, across, down)
      : resizeBytes(pixels, sample, across, down);
  const sizes = { height: down?.count.length ?? sample.height, width: across?.count.length ?? sample.width };
  return { ...sample, ...sizes, pixels: made };
}

function changesNothing({ input, output }: Axis): boolean {
  const { size } = output;
  return input.low === 0 && input.high === input.size && input.size === size && output.from === 0 && output.to === size;
}

/** The rows `first` to `end` of each frame. */
function rowsOf(sample: Sample, first: number, end: number): Sample {
  if (first === 0 && end === sample.height) return sample;
  const { pixels, frames, width, channels } = sample;
  const row = width * channels;
  // Without a copy where they lie together.
  if (frames === 1) return { ...sample, pixels: pixels.subarray(first * row, end * row), height: end - first };
  const rows = Array.from({ length: end - first }, (_, y) => y + first);
  return pick(
    sample,
    rows,
    Array.from({ length: width }, (_, x) => x),
  );
}

function pick(sample: Sample, rows: ArrayLike<number>, columns: ArrayLike<number>): Sample {
  const { pixels, frames, height, width, channels } = sample;
  const shape = { frames, height: rows.length, width: columns.length, channels };
  const made = pixels instanceof Float32Array ? new Float32Array(pixelsOf(shape)) : new Uint8Array(pixelsOf(shape));
  let to = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let y = 0; y < rows.length; y++) {
      const row = (frame * height + (rows[y] as number)) * width;
      for (let x = 0; x < columns.length; x++) {
        const from = (row + (columns[x] as number)) * channels;
        for (let c = 0; c < channels; c++) made[to++] = pixels[from + c] as number;
      }
    }
  }
  return { ...shape, pixels: made };
}
