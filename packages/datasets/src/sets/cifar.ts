/** Which files of the publisher's archives hold what. */
import { readCifar } from '../formats/cifar.js';
import type { OnDataFile } from '../formats/fileHash.js';
import { type CatalogEntry, catalog } from './catalog.js';
import { allocateSplit, type Split } from './dataset.js';
import type { Layout } from './locate.js';

export interface CifarLayout extends Layout {
  entry: CatalogEntry;
  /** Bytes in front of the pixels; the last is the class. */
  labels: { meaning: string; classes: number }[];
  train: { files: string[]; recordsPerFile: number };
  test: { files: string[]; recordsPerFile: number };
}

export const cifarLayouts: Record<'cifar10' | 'cifar100', CifarLayout> = {
  cifar10: cifarLayout({
    entry: catalog.cifar10,
    labels: [{ meaning: 'label', classes: 10 }],
    train: { files: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), recordsPerFile: 10000 },
    test: { files: ['test_batch.bin'], recordsPerFile: 10000 },
    impostors: [
      ...otherVersion('Python', 'cifar-10-batches-py/', 'cifar-10-python.tar.gz', 'data_batch_1'),
      ...otherVersion('Matlab', 'cifar-10-batches-mat/', 'cifar-10-matlab.tar.gz', 'data_batch_1.mat'),
      packed('cifar10', 'cifar-10-binary.tar.gz'),
    ],
  }),
  cifar100: cifarLayout({
    entry: catalog.cifar100,
    labels: [
      { meaning: 'coarse label', classes: 20 },
      { meaning: 'fine label', classes: 100 },
    ],
    train: { files: ['train.bin'], recordsPerFile: 50000 },
    test: { files: ['test.bin'], recordsPerFile: 10000 },
    impostors: [
      ...otherVersion('Python', 'cifar-100-python/', 'cifar-100-python.tar.gz', 'train'),
      ...otherVersion('Matlab', 'cifar-100-matlab/', 'cifar-100-matlab.tar.gz', 'train.mat'),
      packed('cifar100', 'cifar-100-binary.tar.gz'),
    ],
  }),
};

function cifarLayout(own: Omit<CifarLayout, 'name' | 'files' | 'folders'>): CifarLayout {
  const files = [...own.train.files, ...own.test.files].map((name) => ({ name }));
  return { ...own, name: own.entry.name, files, folders: [own.entry.folder] };
}

function otherVersion(language: string, ...signs: string[]): Layout['impostors'] {
  return signs.map((sign) => ({ sign, is: `the ${language} version, where the binary version is needed` }));
}

function packed(name: string, archive: string): Layout['impostors'][number] {
  return { sign: archive, is: `the archive as it came, which kestirme data get ${name} --dir DIR unpacks` };
}

/** `paths`: of the layout's files, by their names. */
export async function readCifarSplit(
  paths: ReadonlyMap<string, string>,
  layout: CifarLayout,
  part: 'train' | 'test',
  onFile?: OnDataFile,
): Promise<Split> {
  const { files, recordsPerFile } = layout[part];
  const { channels, height, width } = layout.entry;
  const split = allocateSplit(files.length * recordsPerFile, channels * height * width);
  const found = files.map((file) => paths.get(file) as string);
  await readCifar(found, { labels: layout.labels, recordsPerFile }, split, onFile);
  return split;
}
