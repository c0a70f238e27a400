/** How Pillow takes a pixel from between those of another image; arithmetic and order of the sums as there. */

/** [a, b, c, d, e, f]: the pixel at (x, y) comes from (a x + b y + c, d x + e y + f), centres at halves. */
export type Matrix = readonly [number, number, number, number, number, number];

export interface Frame {
  /** [height, width, channels] */
  pixels: Uint8Array | Float32Array;
  height: number;
  width: number;
  channels: number;
}

/** Writes the pixels whose source lies inside; others stay. */
type Resampler = (from: Frame, matrix: Matrix, out: Uint8Array | Float32Array) => void;

export type Resampling = 'nearest' | 'bilinear' | 'bicubic';

export const resamplers: Record<Resampling, Resampler> = {
  nearest: (from, matrix, out) =>
    matrix[1] === 0 && matrix[3] === 0 ? nearestOfScaled(from, matrix, out) : nearest(from, matrix, out),
  bilinear: (from, matrix, out) => between(from, matrix, out, bilinear),
  bicubic: (from, matrix, out) => between(from, matrix, out, bicubic),
};

/** Places in 16 bits of fraction, added up from pixel to pixel. */
function nearest(from: Frame, matrix: Matrix, out: Uint8Array | Float32Array): void {
  const [a, b, c, d, e, f] = matrix;
  let rowX = fixed(c + a * 0.5 + b * 0.5);
  let rowY = fixed(f + d * 0.5 + e * 0.5);
  const [stepX, stepY, nextX, nextY] = [fixed(a), fixed(d), fixed(b), fixed(e)];
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < from.width; x++) {
      copyPixel(from, Math.floor((rowX + x * stepX) / 65536), Math.floor((rowY + x * stepY) / 65536), x, y, out);
    }
    rowX += nextX;
    rowY += nextY;
  }
}

const fixed = (value: number) => Math.floor(value * 65536 + 0.5);

/** Rows that stay rows and columns that stay columns: places are added up in doubles. */
function nearestOfScaled(from: Frame, [a, , c, , e, f]: Matrix, out: Uint8Array | Float32Array): void {
  let fromY = f + e * 0.5;
  for (let y = 0; y < from.height; y++, fromY += e) {
    let fromX = c + a * 0.5;
    for (let x = 0; x < from.width; x++, fromX += a) copyPixel(from, Math.floor(fromX), Math.floor(fromY), x, y, out);
  }
}

function copyPixel(from: Frame, fromX: number, fromY: number, x: number, y: number, out: Uint8Array | Float32Array) {
  const { pixels, height, width, channels } = from;
  if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) return;
  const source = (fromY * width + fromX) * channels;
  const target = (y * width + x) * channels;
  for (let c = 0; c < channels; c++) out[target + c] = pixels[source + c] as number;
}

/** The number of a channel at a place between pixels. */
type Filter = (from: Frame, x: number, y: number, channel: number) => number;

function between(from: Frame, matrix: Matrix, out: Uint8Array | Float32Array, filter: Filter): void {
  const [a, b, c, d, e, f] = matrix;
  const { height, width, channels } = from;
  const limit = out instanceof Uint8Array ? (value: number) => Math.max(0, Math.min(255, value)) : identity;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = a * (x + 0.5) + b * (y + 0.5) + c;
      const fromY = d * (x + 0.5) + e * (y + 0.5) + f;
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      const target = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        out[target + channel] = limit(filter(from, fromX - 0.5, fromY - 0.5, channel));
      }
    }
  }
}

const identity = (value: number) => value;

const bilinear: Filter = (from, x, y, channel) => {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const line = (row: number) => {
    const at = numbersOfRow(from, row, channel);
    return mix(at(left), at(left + 1), x - left);
  };
  return mix(line(top), line(top + 1), y - top);
};

const mix = (first: number, second: number, share: number) => first + (second - first) * share;

const bicubic: Filter = (from, x, y, channel) => {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const line = (row: number) => {
    const at = numbersOfRow(from, row, channel);
    return cubic(at(left - 1), at(left), at(left + 1), at(left + 2), x - left);
  };
  return cubic(line(top - 1), line(top), line(top + 1), line(top + 2), y - top);
};

function cubic(first: number, second: number, third: number, fourth: number, share: number): number {
  const slope = -first + third;
  const bend = 2 * (first - second) + third - fourth;
  const twist = -first + second - third + fourth;
  return second + share * (slope + share * (bend + share * twist));
}

/** Outside of the image, its edge goes on. */
function numbersOfRow({ pixels, height, width, channels }: Frame, y: number, channel: number) {
  const row = Math.max(0, Math.min(height - 1, y)) * width;
  return (x: number) => pixels[(row + Math.max(0, Math.min(width - 1, x))) * channels + channel] as number;
}
