/** A data set that a JavaScript module gives: for data that no format here has. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { plain } from 'kestirme';
import { DatasetError, fileProblem } from '../error.js';
import { FileHash } from '../formats/fileHash.js';
import { collectDataset, type OwnSamples } from '../own/collect.js';
import { infoOf, type OwnDescription, prepared, requireDescription } from '../own/describe.js';
import { importModule } from '../own/importModule.js';
import { isOfFrames, type LabelledSample, labelOf, sampleOf } from '../own/labelled.js';
import type { Dataset, OpenedDataset, SourceSplit } from './dataset.js';
import { keepParts } from './keepParts.js';
import { datasetKind, type OpenRequest } from './kind.js';
import { requireDataset } from './requireDataset.js';

/** A part whose samples are read by their places, in the loader's threads, each of which loads the module for itself. */
export interface ReadPart {
  /** A class for each sample: its number or its name. */
  labels: ArrayLike<number | string>;
  read(place: number): LabelledSample | Promise<LabelledSample>;
}

/** What a module may give. */
type Given = Dataset | OwnSamples | (OwnDescription & { train: ReadPart; test: ReadPart });

export const moduleSet = datasetKind({
  name: 'module',
  help: "A data set of one's own, which a JavaScript module exports",
  paper: 'none',
  confidence: 'high',
  parity: 'what the module gives',
  source: 'FILE',
  options: {},
  open,
});

async function open(request: OpenRequest<object>): Promise<OpenedDataset> {
  const { dir: file, timeSteps = 4, signal } = request;
  const content = await readFile(file).catch((error: unknown) => {
    throw fileProblem(error, file, 'a JavaScript module');
  });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const handed = { timeSteps };
  const given = (await importModule(file, sha256, handed)) as Given;
  signal?.throwIfAborted();
  const dataset = await datasetOf(given, { file, sha256, request: handed }).catch((error: unknown) => {
    const isMistake = error instanceof TypeError || error instanceof RangeError;
    throw isMistake ? new DatasetError({ file, offset: null }, 'a data set', error.message, { cause: error }) : error;
  });
  const files = [{ name: basename(file), bytes: content.length, sha256 }, ...hashesOf(dataset)];
  return { ...keepParts(dataset, request), files };
}

type Place = { file: string; sha256: string; request: Record<string, unknown> };

async function datasetOf(given: Given, place: Place): Promise<Dataset> {
  if ('info' in given) {
    requireDataset(given);
    return given;
  }
  return isRead(given) ? readDataset(given, place) : collectDataset(given as OwnSamples);
}

function isRead(given: Given): given is Extract<Given, { train: ReadPart }> {
  return typeof (given.train as Partial<ReadPart> | undefined)?.read === 'function';
}

async function readDataset(own: Extract<Given, { train: ReadPart }>, place: Place): Promise<Dataset> {
  requireDescription(own);
  const labelsOf = (part: 'train' | 'test') => {
    const { labels, read } = own[part] ?? {};
    if (typeof read !== 'function' || labels === undefined || labels.length === 0) {
      throw new TypeError(`\`${part}\` must have labels and a function \`read\`, got ${plain.kindOf(own[part])}`);
    }
    return Int32Array.from({ length: labels.length }, (_, i) =>
      labelOf({ label: labels[i] as number | string }, own.classNames, `${part}.labels[${i}]`),
    );
  };
  const labels = { train: labelsOf('train'), test: labelsOf('test') };
  const first = await own.train.read(0);
  const sample = prepared(await sampleOf(first, 'train.read(0)', own.eventFrames), own);
  const splitOf = (part: 'train' | 'test'): SourceSplit => ({
    source: { kind: 'module', part, ...place },
    floats: sample.pixels instanceof Float32Array,
    labels: labels[part],
    size: labels[part].length,
  });
  const counts = { trainSize: labels.train.length, testSize: labels.test.length };
  return {
    info: infoOf(own, sample, counts, isOfFrames(first)),
    ...{ train: splitOf('train'), test: splitOf('test'), augment: own.augment ?? null },
    ...(own.prepare === undefined ? {} : { prepare: own.prepare }),
  };
}

/** What the module gave, where it lies in memory: a module may read files that change. */
function hashesOf({ train, test }: Dataset) {
  return Object.entries({ train, test }).flatMap(([name, split]) => {
    if (!('images' in split)) return [];
    const { images, labels } = split;
    return [images, labels].map((array, i) =>
      new FileHash()
        .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
        .finish(`${name}-${i === 0 ? 'samples' : 'labels'}`),
    );
  });
}
