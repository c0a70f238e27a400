/** Which files of the publisher's archives hold what. */
import { join } from 'node:path';
import { readCifar } from '../formats/cifar.js';
import type { OnDataFile } from '../formats/fileHash.js';
import { type CatalogEntry, catalog } from './catalog.js';
import { allocateSplit, type Split } from './dataset.js';
import { locate } from './locate.js';

export interface CifarLayout {
  entry: CatalogEntry;
  /** Bytes in front of the pixels; the last is the class. */
  labels: { meaning: string; classes: number }[];
  train: { files: string[]; recordsPerFile: number };
  test: { files: string[]; recordsPerFile: number };
}

export const cifarLayouts: Record<'cifar10' | 'cifar100', CifarLayout> = {
  cifar10: {
    entry: catalog.cifar10,
    labels: [{ meaning: 'label', classes: 10 }],
    train: { files: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), recordsPerFile: 10000 },
    test: { files: ['test_batch.bin'], recordsPerFile: 10000 },
  },
  cifar100: {
    entry: catalog.cifar100,
    labels: [
      { meaning: 'coarse label', classes: 20 },
      { meaning: 'fine label', classes: 100 },
    ],
    train: { files: ['train.bin'], recordsPerFile: 50000 },
    test: { files: ['test.bin'], recordsPerFile: 10000 },
  },
};

export async function readCifarSplit(
  dir: string,
  layout: CifarLayout,
  part: 'train' | 'test',
  onFile?: OnDataFile,
): Promise<Split> {
  const folder = await locate(dir, layout.entry, [...layout.train.files, ...layout.test.files]);
  const { files, recordsPerFile } = layout[part];
  const { channels, height, width } = layout.entry;
  const split = allocateSplit(files.length * recordsPerFile, channels * height * width);
  const paths = files.map((file) => join(folder, file));
  await readCifar(paths, { labels: layout.labels, recordsPerFile }, split, onFile);
  return split;
}
