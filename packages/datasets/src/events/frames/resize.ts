/** Frames of floats in other sizes. The name of the interpolation belongs to a result: accuracies depend on it. */
import type { Frames } from './maker.js';

/** What an output row or column is made of: `weights` for the inputs from `first` on. */
interface Tap {
  first: number;
  weights: readonly number[];
}

type Taps = (input: number, output: number, index: number) => Tap;

/** As in torch, whose scale is a 32-bit float. */
const nearest: Taps = (input, output, index) => {
  const first = Math.floor(Math.fround(index * Math.fround(input / output)));
  return { first: Math.min(first, input - 1), weights: [1] };
};

/** Between the two pixels that are nearest, whatever lies between the outputs. */
const bilinear: Taps = (input, output, index) => {
  const at = Math.max(0, (input / output) * (index + 0.5) - 0.5);
  const first = Math.min(Math.floor(at), input - 1);
  return first === input - 1 ? { first, weights: [1] } : { first, weights: [1 - (at - first), at - first] };
};

/** A triangle as wide as an output is, so that every input counts. */
const bilinearAntialias: Taps = (input, output, index) => {
  const scale = input / output;
  const support = Math.max(scale, 1);
  const centre = scale * (index + 0.5);
  const first = Math.max(0, Math.trunc(centre - support + 0.5));
  const last = Math.min(input, Math.trunc(centre + support + 0.5));
  const raw = Array.from({ length: last - first }, (_, i) =>
    Math.max(0, 1 - Math.abs((first + i - centre + 0.5) / support)),
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  return { first, weights: raw.map((weight) => weight / sum) };
};

const area: Taps = (input, output, index) => {
  const first = Math.floor((index * input) / output);
  const count = Math.ceil(((index + 1) * input) / output) - first;
  return { first, weights: new Array<number>(count).fill(1 / count) };
};

/** Each event counts in the pixel that its own lies in: of inputs i, those with floor(i output / input) = index. */
const sum: Taps = (input, output, index) => {
  const first = Math.ceil((index * input) / output);
  return { first, weights: new Array<number>(Math.ceil(((index + 1) * input) / output) - first).fill(1) };
};

const tapsOf = { nearest, bilinear, 'bilinear-antialias': bilinearAntialias, area, sum };

export type Interpolation = keyof typeof tapsOf;
export const interpolations = Object.keys(tapsOf) as Interpolation[];

/**
 * Frames of `height` rows and `width` columns: `nearest`, `bilinear`, `bilinear-antialias` and `area` as torchvision's
 * Resize and torch's interpolate of tensors, `sum` as tonic's Downsample of events.
 */
export function resizeFrames(
  frames: Frames,
  size: { height: number; width: number },
  interpolation: Interpolation,
): Frames {
  if (size.height === frames.height && size.width === frames.width) return frames;
  return resizeRows(resizeColumns(frames, size.width, interpolation), size.height, interpolation);
}

function resizeColumns(frames: Frames, width: number, interpolation: Interpolation): Frames {
  const { channels } = frames;
  const rows = frames.frames * frames.height;
  const made = new Float32Array(rows * width * channels);
  const taps = Array.from({ length: width }, (_, x) => tapsOf[interpolation](frames.width, width, x));
  for (let row = 0; row < rows; row++) {
    taps.forEach(({ first, weights }, x) => {
      const from = (row * frames.width + first) * channels;
      combine(frames.pixels, from, channels, weights, made, (row * width + x) * channels, channels);
    });
  }
  return { ...frames, pixels: made, width };
}

function resizeRows(frames: Frames, height: number, interpolation: Interpolation): Frames {
  const line = frames.width * frames.channels;
  const made = new Float32Array(frames.frames * height * line);
  const taps = Array.from({ length: height }, (_, y) => tapsOf[interpolation](frames.height, height, y));
  for (let frame = 0; frame < frames.frames; frame++) {
    taps.forEach(({ first, weights }, y) => {
      const from = (frame * frames.height + first) * line;
      combine(frames.pixels, from, line, weights, made, (frame * height + y) * line, line);
    });
  }
  return { ...frames, pixels: made, height };
}

/** `length` numbers of `to`, each the weighted sum of those of `from` that lie `step` apart. */
function combine(
  from: Float32Array,
  first: number,
  step: number,
  weights: readonly number[],
  to: Float32Array,
  target: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += (weights[k] as number) * (from[first + k * step + i] as number);
    to[target + i] = sum;
  }
}
