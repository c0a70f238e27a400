/** MNIST and its subset that comes with the package: 28x28 digits, shown as 32x32. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readIdxImages, readIdxLabels } from '../formats/idx.js';
import { allocateSplit, type Split } from './dataset.js';

const side = 28;
const padding = 2;
const paddedSide = side + 2 * padding;

/** The plain file if it is there, else the gzipped one (whose absence the reader reports). */
async function plainOrGzip(dir: string, name: string): Promise<string> {
  const plain = join(dir, name);
  const found = await stat(plain).catch(() => undefined);
  return found?.isFile() ? plain : `${plain}.gz`;
}

/** Reads '<part>-images-idx3-ubyte' and '<part>-labels-idx1-ubyte' ('train' or 't10k'), gzipped or not. */
export async function readMnistSplit(dir: string, part: 'train' | 't10k'): Promise<Split> {
  const { count, pixels } = await readIdxImages(await plainOrGzip(dir, `${part}-images-idx3-ubyte`), side, side);
  const labels = await readIdxLabels(await plainOrGzip(dir, `${part}-labels-idx1-ubyte`), count, 10);
  const split = allocateSplit(count, paddedSide * paddedSide);
  split.labels.set(labels);
  for (let row = 0; row < count * side; row++) {
    const image = Math.floor(row / side);
    const y = row - image * side + padding;
    split.images.set(pixels.subarray(row * side, (row + 1) * side), (image * paddedSide + y) * paddedSide + padding);
  }
  return split;
}
