/** Sets of small images that are read into memory: files of MNIST's and CIFAR's formats. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { folderUrl, interruptible, ownFiles } from 'kestirme';
import type { Records } from '../formats/records.js';
import { builtinFile } from '../ownFiles.js';
import { assemble } from './assemble.js';
import { catalog, type DatasetName } from './catalog.js';
import { cifarLayouts, openCifarRecords } from './cifar.js';
import type { OpenedImages } from './dataset.js';
import type { Layout } from './folderNames.js';
import { type DatasetKind, datasetKind, type OpenRequest } from './kind.js';
import { locate } from './locate.js';
import { mnistLayout, openMnistRecords } from './mnist.js';

/** Sets whose own files the tests read. */
const seen: readonly DatasetName[] = ['builtin', 'mnist', 'cifar10', 'cifar100'];

export const imageSets = (Object.keys(catalog) as DatasetName[]).map((name) => imageSet(name));

function imageSet<Name extends DatasetName>(name: Name): DatasetKind<Name, Record<never, never>> {
  return datasetKind({
    name,
    help: catalog[name].title,
    paper: catalog[name].paper,
    ...(seen.includes(name)
      ? { confidence: 'high', parity: "the publisher's files" }
      : { confidence: 'medium', parity: 'the format of MNIST; its own files were not at hand' }),
    source: name === 'builtin' ? 'nothing' : 'DIR',
    options: {},
    open: (request) => open(name, request),
  });
}

async function open(name: DatasetName, { dir, ...options }: OpenRequest<object>): Promise<OpenedImages> {
  options.signal?.throwIfAborted();
  const folder = name === 'builtin' ? builtinFolder(folderUrl('dataUrl', options.dataUrl)) : dir;
  const openPart = await interruptible(partsOf(name, folder), options.signal);
  return assemble(catalog[name], openPart, options);
}

const here = () => import.meta.url;
/** The first file of the built-in digits; a folder named data others may have, too. */
const firstOfBuiltin = 'train-images-idx3-ubyte.gz';

/** `given`: where the program says it is. */
function builtinFolder(given: string | undefined): string {
  const file = { ...builtinFile(given, firstOfBuiltin), beside: () => new URL(`../../data/${firstOfBuiltin}`, here()) };
  return fileURLToPath(new URL('./', ownFiles.requireFile(file, existsSync)));
}

const cifars = [...cifarLayouts.cifar10, ...cifarLayouts.cifar100];
const layouts: readonly Layout[] = [mnistLayout('mnist'), ...cifars];

/** Finds the files of a data set; what it gives opens a part of them. */
async function partsOf(name: DatasetName, dir: string): Promise<(part: 'train' | 'test') => Promise<Records>> {
  if (name === 'cifar10' || name === 'cifar100') {
    const { layout, paths } = await locate(dir, cifarLayouts[name], layouts);
    return async (part) => openCifarRecords(paths, layout[part]);
  }
  const layout = mnistLayout(name === 'builtin' ? 'mnist' : name);
  const { paths } = await locate(dir, [layout], layouts);
  return (part) => openMnistRecords(paths, part === 'train' ? 'train' : 't10k');
}
