/** Batches in an order that depends on seed and epoch only, filled ahead of their use. */
import { type Batch, type BatchSource, interruptible, plain, purpose, RandomStream, suggestion } from 'kestirme';
import type { Augment, Dataset } from '../sets/dataset.js';
import { doubtsOf } from '../sets/doubts.js';
import { requireAugment, requireDataset } from '../sets/requireDataset.js';
import { allocateBatch, pixelsOf, type Source } from './fillBatch.js';
import { inlineFillers, threadFillers } from './fillers.js';

export interface LoaderOptions {
  batchSize: number;
  seed: number;
  /** Threads that fill batches; 0: the calling thread does. Default 1. */
  workers?: number;
  /** Changes of training images; null: none. Default: the data set's own. */
  augment?: Augment | null;
  /** Batches that are filled ahead, at most. Default 4. */
  queue?: number;
  /** Closes the loader: all iteration ends at once with the signal's reason, and the threads end. */
  signal?: AbortSignal;
}

/**
 * A batch's memory is used again from the second batch after it on.
 * @throws TypeError or RangeError naming what is wrong with the data set or the options; the signal's reason when it is
 * aborted already.
 */
export function createLoader(dataset: Dataset, options: LoaderOptions): BatchSource {
  requireDataset(dataset);
  requireKnown(options);
  const { batchSize, seed, workers = 1, augment = dataset.augment ?? null, queue = 4, signal } = options;
  requireSignal(signal);
  signal?.throwIfAborted();
  requireInteger('`batchSize`', batchSize, 1, dataset.train.size);
  requireInteger('`seed`', seed, 0, 4_294_967_295);
  requireInteger('`workers`', workers, 0, 64);
  requireInteger('`queue`', queue, 1, 1024);
  requireAugment(options.augment === undefined ? "the data set's " : '', augment, dataset.info);
  const { channels, height, width, frames = 1 } = dataset.info;
  const source = ({ images, labels }: Dataset['train']): Source => ({
    ...{ images, labels, channels, height, width, frames, seed },
  });
  const sources = { train: source(dataset.train), test: source(dataset.test) };
  const fillers = workers === 0 ? inlineFillers(sources) : threadFillers(sources, workers);
  const abort = () => void fillers.close(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });

  /** Yields the batches of `order`, keeping up to `queue` of them under way. */
  async function* batches(
    part: 'train' | 'test',
    order: Uint32Array,
    epoch: number,
    change: Augment | null,
    from: number,
  ): AsyncGenerator<Batch> {
    const count = Math.ceil(order.length / batchSize);
    const slots = Array.from({ length: Math.min(queue + 2, Math.max(0, count - from)) }, () =>
      allocateBatch(sources[part], batchSize),
    );
    const started: { filled: Promise<void>; batch: Batch }[] = [];
    const start = (k: number) => {
      const positions = order.slice(k * batchSize, (k + 1) * batchSize);
      const memory = slots[(k - from) % slots.length] as (typeof slots)[number];
      const filled = fillers.fill({ part, positions, epoch, augment: change, memory });
      // Whoever stops early leaves these behind; their failure is nobody's then.
      filled.catch(() => {});
      const size = positions.length;
      const batch: Batch = {
        images: memory.images.subarray(0, size * pixelsOf(sources[part])),
        labels: memory.labels.subarray(0, size),
        indices: memory.indices.subarray(0, size),
        size,
      };
      started.push({ filled, batch });
    };
    for (let k = from, begun = from; k < count; k++) {
      for (; begun < Math.min(count, k + queue); begun++) start(begun);
      const { filled, batch } = started.shift() as (typeof started)[number];
      await interruptible(filled, signal);
      yield batch;
    }
  }

  const warnings = doubtsOf(dataset);
  const trainBatchCount = Math.ceil(dataset.train.size / batchSize);
  return {
    info: dataset.info,
    warnings,
    trainBatchCount,
    trainBatches(epoch, from = 0) {
      requireInteger('from', from, 0, trainBatchCount);
      const order = new RandomStream(seed, purpose.order, epoch).permutation(dataset.train.size);
      return batches('train', order, epoch, augment, from);
    },
    testBatches() {
      const order = Uint32Array.from({ length: dataset.test.size }, (_, i) => i);
      return batches('test', order, 0, null, 0);
    },
    close() {
      signal?.removeEventListener('abort', abort);
      return fillers.close();
    },
  };
}

const known = ['batchSize', 'seed', 'workers', 'augment', 'queue', 'signal'] satisfies (keyof LoaderOptions)[];

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
