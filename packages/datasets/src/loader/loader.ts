/** Batches in an order that depends on seed and epoch only, filled ahead of their use. */
import {
  type Batch,
  type BatchSource,
  fileUrl,
  folderUrl,
  type GivenUrl,
  type Pixels,
  plain,
  suggestion,
} from 'kestirme';
import { requireFitting, requireSteps, type Steps } from '../augment/index.js';
import { type Augment, stepsOf } from '../augment/usual.js';
import { readImageWasmFrom } from '../ownFiles.js';
import type { Dataset, SourceSplit, Split } from '../sets/dataset.js';
import { doubtsOf } from '../sets/doubts.js';
import { requireAugment, requireDataset } from '../sets/requireDataset.js';
import { trainedPositions } from '../sets/validation.js';
import type { Part, Source } from './fillBatch.js';
import { inlineFillers, threadFillers } from './fillers.js';
import { orderOf, requireSampling, type Sampling } from './order.js';
import { Pass } from './pass.js';

export interface LoaderOptions {
  batchSize: number;
  seed: number;
  /** Threads that fill batches; 0: the calling thread does. Default 1. */
  workers?: number;
  /** Changes of training images; null: none. Default: the data set's own. */
  augment?: Augment | Steps | null;
  /** Which training samples an epoch has. Default 'shuffle': each once. */
  sampling?: Sampling | undefined;
  /** Batches that are filled ahead, at most. Default 4. */
  queue?: number;
  /** Closes the loader: all iteration ends at once with the signal's reason, and the threads end. */
  signal?: AbortSignal;
  /**
   * Where the threads' script lies, in programs whose bundler leaves it behind: a bundle of `@kestirme/datasets/worker`, or that
   * file itself with its package. In Node a path will do, in a page an address relative to it. See docs/bundling.md.
   */
  workerUrl?: GivenUrl | undefined;
  /** Likewise in Node, where the .wasm files of images lie, all in one folder. */
  wasmUrl?: GivenUrl | undefined;
}

/**
 * A batch's memory is used again from the second batch after it on.
 * @throws TypeError or RangeError naming what is wrong with the data set or the options; the signal's reason when it is
 * aborted already.
 */
export function createLoader(dataset: Dataset, options: LoaderOptions): BatchSource {
  requireDataset(dataset);
  requireKnown(options);
  const {
    batchSize,
    seed,
    workers = 1,
    augment = dataset.augment ?? null,
    queue = 4,
    signal,
    sampling = 'shuffle',
  } = options;
  requireSignal(signal);
  signal?.throwIfAborted();
  requireInteger('`batchSize`', batchSize, 1, dataset.info.trainSize);
  requireInteger('`seed`', seed, 0, 4_294_967_295);
  requireInteger('`workers`', workers, 0, 64);
  requireInteger('`queue`', queue, 1, 1024);
  requireAugment(options.augment === undefined ? "the data set's " : '', augment, dataset.info);
  requireSampling(sampling, dataset.info.trainSize);
  const { train, test } = dataset;
  const prepare = requireSteps("the data set's prepare", dataset.prepare ?? []);
  const sources = { train: sourceOf(dataset, train, seed), test: sourceOf(dataset, test, seed) };
  const trainSteps = augment === null ? prepare : requireSteps('augment', stepsOf(augment));
  requireFitting(augment === null ? "the data set's prepare" : 'augment', trainSteps, sources.train.shape);
  readImageWasmFrom(folderUrl('wasmUrl', options.wasmUrl));
  const workerUrl = fileUrl('workerUrl', options.workerUrl);
  const fillers = workers === 0 ? inlineFillers(sources) : threadFillers(sources, workers, workerUrl);
  const abort = () => void fillers.close(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });

  const pass = (part: Part, order: Uint32Array, epoch: number, steps: Steps, from: number) =>
    new Pass({ part, source: sources[part], order, epoch, steps, batchSize, from, queue }, fillers);
  const trained = trainedPositions(dataset);
  const ofEpoch = trained === null ? train : labelsAt(train, trained);
  const trainPass = (epoch: number, from: number) => {
    const order = orderOf(sampling, ofEpoch, { seed, epoch, classes: dataset.info.classes });
    const positions = trained === null ? order : order.map((k) => trained[k] as number);
    return pass('train', positions, epoch, trainSteps, from);
  };

  /** The epoch that is likely to come next, filled ahead while nobody asks for it yet. */
  let ahead: { epoch: number; pass: Pass } | null = null;

  async function* trainBatches(epoch: number, from: number): AsyncGenerator<Batch> {
    const now = ahead?.epoch === epoch && from === 0 ? ahead.pass : trainPass(epoch, from);
    ahead = null;
    yield* now.batches(signal);
    if (workers === 0) return;
    ahead = { epoch: epoch + 1, pass: trainPass(epoch + 1, 0) };
    ahead.pass.fillAhead();
  }

  const { validation } = dataset;
  const trainBatchCount = Math.ceil(ofEpoch.size / batchSize);
  return {
    info: dataset.info,
    warnings: doubtsOf(dataset),
    trainBatchCount,
    trainBatches(epoch, from = 0) {
      requireInteger('from', from, 0, trainBatchCount);
      return trainBatches(epoch, from);
    },
    testBatches() {
      const order = Uint32Array.from({ length: test.size }, (_, i) => i);
      return pass('test', order, 0, prepare, 0).batches(signal);
    },
    ...(validation === undefined
      ? {}
      : { validationBatches: () => pass('train', validation, 0, prepare, 0).batches(signal) }),
    close() {
      signal?.removeEventListener('abort', abort);
      return fillers.close();
    },
  };
}

function labelsAt({ labels }: Dataset['train'], positions: Uint32Array): { labels: Int32Array; size: number } {
  return { labels: Int32Array.from(positions, (position) => labels[position] as number), size: positions.length };
}

function sourceOf({ info }: Dataset, split: Split<Pixels> | SourceSplit, seed: number): Source {
  const { channels, height, width, frames = 1 } = info;
  const sizes = { frames, height, width, channels };
  const { labels } = split;
  if ('source' in split) {
    return { samples: split.source, labels, shape: { ...sizes, floats: split.floats ?? false }, seed };
  }
  const floats = plain.isTypedArray(split.images, 'Float32Array');
  return { samples: { kind: 'memory', pixels: split.images, ...sizes }, labels, shape: { ...sizes, floats }, seed };
}

const known = [
  'batchSize',
  'seed',
  'workers',
  'augment',
  'sampling',
  'queue',
  'signal',
  'workerUrl',
  'wasmUrl',
] satisfies (keyof LoaderOptions)[];

function requireKnown(options: LoaderOptions): void {
  const unknown = Object.keys(options).find((key) => !known.some((name) => name === key));
  if (unknown !== undefined)
    throw new TypeError(`createLoader has no option \`${plain.excerpt(unknown)}\`${suggestion(unknown, known)}`);
}

function requireSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined || typeof signal?.throwIfAborted === 'function') return;
  throw new TypeError(`\`signal\` must be an AbortSignal, got ${plain.kindOf(signal)}`);
}

function requireInteger(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} must be an integer from ${low} to ${high}, got ${plain.excerptOf(value)}`);
  }
}
