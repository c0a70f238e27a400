/** PyTorch's parameter layouts, and those that the kernels read: channels padded to fours, convolutions and fully connected layers in blocks. */
import type { Kernels } from '../kernels/kernels.js';

/** How a parameter lies in memory. */
export interface Place {
  /** As PyTorch has it. */
  readonly shape: readonly number[];
  /** 'flat': rows of a fully connected layer, which lie as a convolution of one pixel. */
  readonly layout: 'conv' | 'flat' | 'rows' | 'vector';
  /** Channels in memory: [out, in] for weights, [length] for vectors. */
  readonly padded: readonly number[];
  /** Of a 'flat' one: pixels of the map that it reads; the channels of `padded` are those of a pixel. */
  readonly pixels?: number;
  /** Floats in memory. */
  readonly length: number;
}

/** Floats of a parameter as PyTorch has it. */
export function countOf({ shape }: Pick<Place, 'shape'>): number {
  return shape.reduce((product, n) => product * n, 1);
}

function convolution({ shape, padded }: Place): [number, number, number, number, number] {
  const [o, i, height, width] = shape as [number, number, number, number];
  const [cout, cin] = padded as [number, number];
  return [o, i, cin, cout, height * width];
}

/** As `convolution`, of rows [out, in * pixels]. */
function flat({ shape, padded, pixels = 1 }: Place): [number, number, number, number, number] {
  const [o, features] = shape as [number, number];
  const [cout, cin] = padded as [number, number];
  return [o, features / pixels, cin, cout, pixels];
}

/** Floats of a parameter in memory. */
export function lengthOf({ shape, layout, padded, pixels = 1 }: Omit<Place, 'length'>): number {
  const taps = layout === 'conv' ? (shape[2] as number) * (shape[3] as number) : pixels;
  return padded.reduce((product, n) => product * n, taps);
}

/** Both ways between two places in the engine's memory. */
export const weightLayout = {
  pack(kernels: Kernels, place: Place, plain: number, packed: number): void {
    if (place.layout === 'conv') {
      kernels.api.packWeights(plain, ...convolution(place), packed);
      return;
    }
    if (place.layout === 'flat') {
      kernels.api.packFlatWeights(plain, ...flat(place), packed);
      return;
    }
    const { from, into, row, paddedRow } = rows(kernels, place, plain, packed);
    into.fill(0);
    for (let i = 0; i * row < from.length; i++) into.set(from.subarray(i * row, (i + 1) * row), i * paddedRow);
  },

  unpack(kernels: Kernels, place: Place, packed: number, plain: number): void {
    if (place.layout === 'conv') {
      kernels.api.unpackWeights(packed, ...convolution(place), plain);
      return;
    }
    if (place.layout === 'flat') {
      kernels.api.unpackFlatWeights(packed, ...flat(place), plain);
      return;
    }
    const { from: out, into: padded, row, paddedRow } = rows(kernels, place, plain, packed);
    for (let i = 0; i * row < out.length; i++) out.set(padded.subarray(i * paddedRow, i * paddedRow + row), i * row);
  },
};

function rows({ memory }: Kernels, place: Place, plain: number, packed: number) {
  return {
    from: new Float32Array(memory.buffer, plain, countOf(place)),
    into: new Float32Array(memory.buffer, packed, place.length),
    row: place.shape.at(-1) as number,
    paddedRow: place.padded.at(-1) as number,
  };
}
