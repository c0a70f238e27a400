import { completeOptions, fieldProblems, folderUrl, kindNamed, plain, suggestion } from 'kestirme';
import { readImageWasmFrom } from '../ownFiles.js';
import type { DatasetName } from './catalog.js';
import type { OpenedDataset, OpenedImages } from './dataset.js';
import type { DatasetKind, OpenOptions } from './kind.js';
import { datasetKinds } from './kinds.js';
import { withHeldOut } from './validation.js';

/** Splits 'cifar10:DIR' into its name and folder; refuses what no data set answers to. */
export function parseSource(source: string): { name: string; dir: string } {
  const colon = source.indexOf(':');
  const name = colon < 0 ? source : source.slice(0, colon);
  const dir = colon < 0 ? '' : source.slice(colon + 1);
  const known = datasetKinds.find((one) => one.name === name);
  if (known === undefined) {
    const names = datasetKinds.map((one) => one.name);
    throw new RangeError(`unknown data set '${plain.excerpt(name)}'${suggestion(name, names)}`);
  }
  if (known.source === 'nothing') {
    if (colon >= 0) throw new RangeError(`'${name}' takes no folder, got '${source}'`);
  } else if (dir === '') {
    const what = known.source === 'DIR' ? 'folder' : 'file';
    throw new RangeError(`'${name}' needs its ${what}: '${name}:${known.source}'`);
  }
  return { name, dir };
}

/** A source of images that are read into memory. */
type ImageSource = 'builtin' | `${Exclude<DatasetName, 'builtin'>}:${string}`;

/**
 * Opens a data set by its name and what stands behind it: 'builtin', 'cifar10:DIR', or another of `datasetKinds`. DIR is the
 * folder with the files, or the one in which the publisher's archive (of MNIST, also torchvision) makes it. Rejects with a
 * DatasetError for a bad file or one that is missing, with a RangeError for a bad name, option or limit, with the signal's
 * reason when it is aborted.
 */
export function openDataset(source: ImageSource, options?: OpenOptions): Promise<OpenedImages>;
export function openDataset(source: string, options?: OpenOptions): Promise<OpenedDataset>;
export async function openDataset(source: string, options: OpenOptions = {}): Promise<OpenedDataset> {
  const { name, dir } = parseSource(source);
  const kind = kindNamed(datasetKinds, name) as DatasetKind;
  const own = ownOptions(kind, options.options ?? {});
  readImageWasmFrom(folderUrl('wasmUrl', options.wasmUrl));
  return withHeldOut(options.validation, (validation) => kind.open({ ...options, dir, options: own, validation }));
}

function ownOptions(kind: DatasetKind, given: Readonly<Record<string, unknown>>): Record<string, never> {
  const known = Object.keys(kind.options);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const has =
      known.length === 0 ? 'no options' : `no option '${plain.excerpt(unknown)}'${suggestion(unknown, known)}`;
    throw new RangeError(`the data set '${kind.name}' has ${has}`);
  }
  const options = completeOptions([kind], kind, [given]);
  const problem = fieldProblems('', kind.options, options)[0];
  if (problem !== undefined) throw new RangeError(`data set '${kind.name}': ${problem}`);
  return options as Record<string, never>;
}
