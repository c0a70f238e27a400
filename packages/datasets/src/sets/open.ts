import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { interruptible, ownFiles, plain, suggestion } from 'kestirme';
import type { DataFile, OnDataFile } from '../formats/fileHash.js';
import { assemble, type OpenOptions } from './assemble.js';
import { catalog, type DatasetName } from './catalog.js';
import { cifarLayouts, readCifarSplit } from './cifar.js';
import type { OpenedDataset, Split } from './dataset.js';
import { locate } from './locate.js';
import { mnistLayout, readMnistSplit } from './mnist.js';

/** Splits 'cifar10:DIR' into its name and folder; refuses what no data set answers to. */
export function parseSource(source: string): { name: DatasetName; dir: string } {
  const colon = source.indexOf(':');
  const name = colon < 0 ? source : source.slice(0, colon);
  const dir = colon < 0 ? '' : source.slice(colon + 1);
  const names = Object.keys(catalog) as DatasetName[];
  const known = names.find((candidate) => candidate === name);
  if (known === undefined) {
    throw new RangeError(`unknown data set '${plain.excerpt(name)}'${suggestion(name, names)}`);
  }
  if (known === 'builtin' && colon >= 0) throw new RangeError(`'builtin' takes no folder, got '${source}'`);
  if (known !== 'builtin' && dir === '') throw new RangeError(`'${name}' needs its folder: '${name}:DIR'`);
  return { name: known, dir };
}

const here = () => import.meta.url;
/** The first file of the built-in digits; a folder named data others may have, too. */
const findBuiltin = () => new URL('../../data/train-images-idx3-ubyte.gz', here());
const builtinFolder = () => fileURLToPath(new URL('./', ownFiles.requireFile(findBuiltin, existsSync)));

const layouts = { mnist: mnistLayout, ...cifarLayouts };

type ReadPart = (part: 'train' | 'test', onFile: OnDataFile) => Promise<Split>;

/** Finds the files of a data set; what it gives reads them. */
async function readerOf(name: DatasetName, dir: string): Promise<ReadPart> {
  const isMnist = name === 'builtin' || name === 'mnist';
  const layout = isMnist ? mnistLayout : cifarLayouts[name];
  const paths = await locate(name === 'builtin' ? builtinFolder() : dir, layout, Object.values(layouts));
  return (part, onFile) =>
    isMnist
      ? readMnistSplit(paths, part === 'train' ? 'train' : 't10k', onFile)
      : readCifarSplit(paths, cifarLayouts[name], part, onFile);
}

/**
 * Opens 'builtin', 'mnist:DIR', 'cifar10:DIR' or 'cifar100:DIR' and reads all of it into shared memory. DIR is the folder
 * with the files, or the one in which the publisher's archive (of MNIST, also torchvision) makes it. Rejects with a
 * DatasetError for a bad file or one that is missing, with a RangeError for a bad name or limit, with the signal's reason
 * when it is aborted.
 */
export async function openDataset(source: string, options: OpenOptions = {}): Promise<OpenedDataset> {
  const { name, dir } = parseSource(source);
  const files: DataFile[] = [];
  options.signal?.throwIfAborted();
  const read = await interruptible(readerOf(name, dir), options.signal);
  const set = await assemble(catalog[name], (part) => read(part, (file) => files.push(file)), options);
  return { ...set, files };
}
