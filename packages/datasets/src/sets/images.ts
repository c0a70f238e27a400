/** Sets of small images that are read into memory whole: MNIST's and CIFAR's files. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { interruptible, ownFiles } from 'kestirme';
import type { DataFile, OnDataFile } from '../formats/fileHash.js';
import { assemble } from './assemble.js';
import { catalog, type DatasetName } from './catalog.js';
import { cifarLayouts, readCifarSplit } from './cifar.js';
import type { OpenedImages, Split } from './dataset.js';
import { type DatasetKind, datasetKind, type OpenRequest } from './kind.js';
import { locate } from './locate.js';
import { mnistLayout, readMnistSplit } from './mnist.js';

export const imageSets = (Object.keys(catalog) as DatasetName[]).map((name) => imageSet(name));

function imageSet<Name extends DatasetName>(name: Name): DatasetKind<Name, Record<never, never>> {
  return datasetKind({
    name,
    help: catalog[name].title,
    paper: catalog[name].paper,
    confidence: 'high',
    parity: "the publisher's files",
    source: name === 'builtin' ? 'nothing' : 'DIR',
    options: {},
    open: (request) => open(name, request),
  });
}

async function open(name: DatasetName, { dir, ...options }: OpenRequest<object>): Promise<OpenedImages> {
  const files: DataFile[] = [];
  options.signal?.throwIfAborted();
  const read = await interruptible(readerOf(name, dir), options.signal);
  const set = await assemble(catalog[name], (part) => read(part, (file) => files.push(file)), options);
  return { ...set, files };
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
