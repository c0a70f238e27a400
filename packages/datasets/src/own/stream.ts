/** Data of a program's own that are read while they are trained on, in the program's own thread: nothing of them is kept. */
import { type Batch, type BatchSource, interruptible, plain, purpose, RandomStream } from 'kestirme';
import { applySteps, requireSteps, type Steps } from '../augment/index.js';
import { stepsOf } from '../augment/usual.js';
import { allocateBatch, type BatchMemory, batchOf, mixBatch, type Shape } from '../loader/batchMemory.js';
import { pixelsOf } from '../samples/sample.js';
import { requireAugment } from '../sets/requireDataset.js';
import { requireAlike } from './collect.js';
import { copyOf, infoOf, type OwnDescription, prepared, requireDescription } from './describe.js';
import { isOfFrames, type LabelledSample, labelOf, type Samples, sampleOf } from './labelled.js';

export interface SampleStream {
  /** Samples of an epoch. */
  size: number;
  /**
   * Those of an epoch, in the order in which they are trained on. For runs that can be repeated, and gone on with, it has to
   * give the same for the same epoch.
   */
  samples(epoch: number): Samples;
}

export interface OwnStreams extends OwnDescription {
  train: SampleStream;
  /** `samples` is asked for epoch 0 each time. */
  test: SampleStream;
}

export interface StreamLoaderOptions {
  batchSize: number;
  /** Of augmentation. */
  seed: number;
  /** Ends all iteration at once with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Batches of streams. The first test sample is read at once: the others are to be like it. A batch's memory is used again
 * from the second batch after it on.
 * @throws TypeError or RangeError naming what is wrong with the description or a sample
 */
export async function createStreamLoader(own: OwnStreams, options: StreamLoaderOptions): Promise<BatchSource> {
  requireDescription(own);
  const { batchSize, seed, signal } = options;
  requireCount('`batchSize`', batchSize, 1);
  requireCount('`seed`', seed, 0);
  for (const part of ['train', 'test'] as const) requireStream(own[part], part);
  const { train, test, augment = null, classNames } = own;
  const first = await firstOf(test.samples(0));
  if (first === null) throw new RangeError('`test` has no samples');
  const like = {
    sample: prepared(await sampleOf(first, 'test[0]', own.eventFrames), own),
    isFrames: isOfFrames(first),
  };
  const info = infoOf(own, like.sample, { trainSize: train.size, testSize: test.size }, like.isFrames);
  requireAugment('', augment, info);
  const { pixels: _, ...sizes } = like.sample;
  const shape: Shape = { ...sizes, floats: like.sample.pixels instanceof Float32Array };
  const prepare = requireSteps('prepare', own.prepare ?? []);
  const trainSteps = augment === null ? prepare : [...prepare, ...requireSteps('augment', stepsOf(augment))];

  async function* batches(part: 'train' | 'test', epoch: number, steps: Steps, from: number): AsyncGenerator<Batch> {
    const { size } = own[part];
    const slots = [0, 1, 2].map(() => allocateBatch(shape, batchSize, steps));
    const passed = from * batchSize;
    let at = 0;
    for await (const labelled of own[part].samples(epoch) as AsyncIterable<LabelledSample>) {
      signal?.throwIfAborted();
      if (at >= size) break;
      const where = `${part}[${at}]`;
      if (at >= passed) {
        const memory = slots[Math.floor(at / batchSize) % slots.length] as BatchMemory;
        const random = new RandomStream(seed, purpose.augment, epoch, at);
        const sample = applySteps(steps, copyOf(await sampleOf(labelled, where, own.eventFrames)), random);
        requireAlike(sample, isOfFrames(labelled), like, where);
        const place = at % batchSize;
        memory.images.set(sample.pixels, place * pixelsOf(shape));
        memory.labels[place] = labelOf(labelled, classNames, where);
        memory.indices[place] = at;
        const isLast = at === size - 1;
        if (place === batchSize - 1 || isLast) {
          mixBatch(memory, shape, place + 1, steps, { seed, epoch, batch: Math.floor(at / batchSize) });
          yield batchOf(memory, shape, place + 1);
        }
      }
      at++;
    }
    if (at < size) {
      throw new RangeError(`\`${part}\` says that an epoch has ${size} samples, and epoch ${epoch} ended after ${at}`);
    }
  }

  const trainBatchCount = Math.ceil(train.size / batchSize);
  return {
    info,
    trainBatchCount,
    trainBatches: (epoch, from = 0) => interrupted(batches('train', epoch, trainSteps, from), signal),
    testBatches: () => interrupted(batches('test', 0, prepare, 0), signal),
    close: async () => {},
  };
}

async function* interrupted(batches: AsyncGenerator<Batch>, signal: AbortSignal | undefined): AsyncGenerator<Batch> {
  try {
    for (;;) {
      const { done, value } = await interruptible(batches.next(), signal);
      if (done === true) return;
      yield value;
    }
  } finally {
    // Closes the program's iterable; whoever was interrupted does not wait for it.
    batches.return(undefined).catch(() => {});
  }
}

async function firstOf(samples: Samples): Promise<LabelledSample | null> {
  for await (const sample of samples as AsyncIterable<LabelledSample>) return sample;
  return null;
}

function requireStream(stream: SampleStream, part: string): void {
  if (typeof stream?.samples !== 'function') {
    throw new TypeError(`\`${part}\` must have a function \`samples\` and a \`size\`, got ${plain.kindOf(stream)}`);
  }
  requireCount(`\`${part}.size\``, stream.size, 1);
}

function requireCount(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`${name} must be a whole number from ${least} up, got ${plain.excerptOf(value)}`);
}
