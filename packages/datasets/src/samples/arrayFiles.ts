/** Samples that are arrays of NumPy, a file for each: .npy, or .npz with one array or one that is called `frames`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError, fileProblem } from '../error.js';
import { toChannelsLast } from '../formats/axes.js';
import { type NpyArray, type NpyData, parseNpy } from '../formats/npy.js';
import { readNpz } from '../formats/npz.js';
import { type Names, nameAt } from '../images/names.js';
import type { Sample, SampleReader } from './sample.js';

/** Where the channels of an array stand: behind height and width, or before them. */
export type Layout = 'last' | 'first';

export interface ArrayFilesSource {
  kind: 'array-files';
  folder: string;
  /** Of the files, below the folder. */
  names: Names;
  layout: Layout;
  /** What each has to be like; floats where frames are. */
  like: Omit<Sample, 'pixels'> & { floats: boolean };
}

export function openArrayFiles({ folder, names, layout, like }: ArrayFilesSource): SampleReader {
  return {
    async read(position) {
      const file = join(folder, nameAt(names, position));
      const sample = await readArrayFile(file, layout);
      const floats = sample.pixels instanceof Float32Array;
      const [found, expected] = [inWords({ ...sample, floats }), inWords(like)];
      if (found === expected) return sample;
      throw new DatasetError({ file, offset: null }, `${expected}, as the first array has`, found);
    },
  };
}

const inWords = ({ frames, height, width, channels, floats }: ArrayFilesSource['like']) =>
  `${floats ? `${frames} frames` : 'an image'} of ${height}x${width}x${channels}`;

/**
 * [height, width] and three numbers of sizes are an image, whose numbers are bytes; four are frames, [T, ...], of floats.
 * @throws DatasetError naming the file
 */
export async function readArrayFile(file: string, layout: Layout): Promise<Sample> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw fileProblem(error, file, 'an array of NumPy');
  });
  const array = /\.npz$/i.test(file) ? await onlyArray(bytes, file) : parseNpy(bytes, file);
  return sampleOfArray(array, file, layout);
}

async function onlyArray(bytes: Uint8Array, file: string): Promise<NpyArray> {
  const arrays = await readNpz(bytes, file);
  const found = arrays.get('frames') ?? (arrays.size === 1 ? [...arrays.values()][0] : undefined);
  if (found !== undefined) return found;
  const names = [...arrays.keys()].slice(0, 10).join(', ') || 'none';
  throw new DatasetError({ file, offset: null }, "one array, or one that is called 'frames'", names);
}

function sampleOfArray({ shape, dtype, data }: NpyArray, file: string, layout: Layout): Sample {
  const refuse = (expected: string, found: string): never => {
    throw new DatasetError({ file, offset: null }, expected, found);
  };
  const isFrames = shape.length === 4;
  if (shape.length < 2 || shape.length > 4 || data.length === 0) {
    return refuse('an image, an array of 2 or 3 sizes, or frames, of 4', `[${shape.join(', ')}]`);
  }
  const whole = shape.length === 2 ? (layout === 'last' ? [1, ...shape, 1] : [1, 1, ...shape]) : shape;
  const [frames, ...sizes] = (isFrames || shape.length === 2 ? whole : [1, ...whole]) as [number, ...number[]];
  const [height, width, channels] = (layout === 'last' ? sizes : [sizes[1], sizes[2], sizes[0]]) as [
    number,
    number,
    number,
  ];
  const sizesOf = { frames, height, width, channels };
  if (isFrames) {
    const floats = floatsOf(data);
    const odd = floats.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) return refuse('finite numbers', `${floats[odd]} at place ${odd}`);
    return { ...sizesOf, pixels: channelsLast(floats, sizesOf, layout) };
  }
  if (dtype !== 'uint8') return refuse('an image of bytes (uint8), or frames, an array of 4 sizes', dtype);
  return { ...sizesOf, pixels: channelsLast(data as Uint8Array, sizesOf, layout) };
}

/** A copy in any case: steps change samples in place. */
function channelsLast<P extends Uint8Array | Float32Array>(
  pixels: P,
  sizes: Omit<Sample, 'pixels'>,
  layout: Layout,
): P {
  const made = pixels.slice() as P;
  if (layout === 'last') return made;
  toChannelsLast(pixels, sizes, made, (value) => value);
  return made;
}

function floatsOf(data: NpyData): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float32Array.from(data, Number);
  return Float32Array.from(data);
}
