/** Reads MNIST and its subset that comes with the package. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnDataFile } from '../formats/fileHash.js';
import { readIdxImages, readIdxLabels } from '../formats/idx.js';
import type { Split } from './dataset.js';
import { digitSide, paddedDigits } from './digits.js';

/** The plain file if it is there, else the gzipped one (whose absence the reader reports). */
async function plainOrGzip(dir: string, name: string): Promise<string> {
  const plain = join(dir, name);
  const found = await stat(plain).catch(() => undefined);
  return found?.isFile() ? plain : `${plain}.gz`;
}

/** Reads '<part>-images-idx3-ubyte' and '<part>-labels-idx1-ubyte' ('train' or 't10k'), gzipped or not. */
export async function readMnistSplit(dir: string, part: 'train' | 't10k', onFile?: OnDataFile): Promise<Split> {
  const side = digitSide;
  const images = await readIdxImages(await plainOrGzip(dir, `${part}-images-idx3-ubyte`), side, side, onFile);
  const labelFile = await plainOrGzip(dir, `${part}-labels-idx1-ubyte`);
  return paddedDigits(images, await readIdxLabels(labelFile, images.count, 10, onFile));
}
