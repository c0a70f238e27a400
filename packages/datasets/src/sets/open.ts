import { fileURLToPath } from 'node:url';
import { suggestion } from 'kestirme';
import { catalog, type DatasetName, defaultAugment } from './catalog.js';
import { cifarLayouts, readCifarSplit } from './cifar.js';
import type { Dataset, Split } from './dataset.js';
import { limitSplit } from './limit.js';
import { locate } from './locate.js';
import { readMnistSplit } from './mnist.js';

export interface OpenOptions {
  /** Images to keep of each part, balanced over the classes (see `balancedPositions`); default: all. */
  limit?: { train?: number; test?: number };
}

const sourceForms = ['builtin', 'mnist:DIR', 'cifar10:DIR', 'cifar100:DIR'];

/** Splits 'cifar10:DIR' into its name and folder; refuses what no data set answers to. */
export function parseSource(source: string): { name: DatasetName; dir: string } {
  const colon = source.indexOf(':');
  const name = colon < 0 ? source : source.slice(0, colon);
  const dir = colon < 0 ? '' : source.slice(colon + 1);
  const names = Object.keys(catalog) as DatasetName[];
  const known = names.find((candidate) => candidate === name);
  if (known === undefined) {
    throw new RangeError(`unknown data set '${name}' (${sourceForms.join(', ')})${suggestion(name, names)}`);
  }
  if (known === 'builtin' && colon >= 0) throw new RangeError(`'builtin' takes no folder, got '${source}'`);
  if (known !== 'builtin' && dir === '') throw new RangeError(`'${name}' needs its folder: '${name}:DIR'`);
  return { name: known, dir };
}

const mnistImages = ['train-images-idx3-ubyte', 'train-images-idx3-ubyte.gz'];

async function readSplit(name: DatasetName, dir: string, part: 'train' | 'test'): Promise<Split> {
  const mnistPart = part === 'train' ? 'train' : 't10k';
  if (name === 'builtin') return readMnistSplit(fileURLToPath(new URL('../../data/', import.meta.url)), mnistPart);
  if (name === 'mnist') return readMnistSplit(await locate(dir, catalog.mnist, mnistImages), mnistPart);
  return readCifarSplit(dir, cifarLayouts[name], part);
}

/**
 * Opens 'builtin', 'mnist:DIR', 'cifar10:DIR' or 'cifar100:DIR' and reads all of it into shared memory. DIR is the folder
 * with the files or its parent. Rejects with a DatasetError for a bad file, with a RangeError for a bad name or limit.
 */
export async function openDataset(source: string, options: OpenOptions = {}): Promise<Dataset> {
  const { name, dir } = parseSource(source);
  const entry = catalog[name];
  const { channels, height, width, classNames, mean, std } = entry;
  // One part after the other: the whole of CIFAR-100's training file and its subset need not lie beside the test file.
  const classes = classNames.length;
  const train = limitSplit(await readSplit(name, dir, 'train'), classes, options.limit?.train, 'training');
  const test = limitSplit(await readSplit(name, dir, 'test'), classes, options.limit?.test, 'test');
  return {
    info: {
      name,
      channels,
      height,
      width,
      classes,
      classNames: [...classNames],
      trainSize: train.size,
      testSize: test.size,
      mean: [...mean],
      std: [...std],
    },
    train,
    test,
    augment: defaultAugment(entry),
  };
}
