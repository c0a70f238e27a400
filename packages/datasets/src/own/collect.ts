/** Data of a program's own that fit into memory, from whatever can be walked through. */
import { type Pixels, plain } from 'kestirme';
import { allocate } from '../memory.js';
import { pixelsOf, type Sample } from '../samples/sample.js';
import type { MemoryDataset, Split } from '../sets/dataset.js';
import { momentsOf } from '../sets/moments.js';
import { infoOf, type OwnDescription, prepared, requireDescription } from './describe.js';
import { isOfFrames, type LabelledSample, labelOf, type Samples, sampleOf } from './labelled.js';

export interface OwnSamples extends OwnDescription {
  /** An array, a generator, a stream: walked through once, up to its end. */
  train: Samples;
  test: Samples;
}

/**
 * Reads all samples into memory that threads share. They are of equal sizes, as they are or once `prepare` is done.
 * @throws TypeError or RangeError naming the sample and what is wrong with it; what the iterables throw.
 */
export async function collectDataset(own: OwnSamples): Promise<MemoryDataset> {
  requireDescription(own);
  const train = await collect(own.train, 'train', own, null);
  const test = await collect(own.test, 'test', own, train.like);
  const counts = { trainSize: train.split.size, testSize: test.split.size };
  const info = infoOf(own, train.like.sample, counts, train.like.isFrames);
  const isToBeMeasured = own.mean === undefined && own.std === undefined;
  return {
    info: isToBeMeasured ? { ...info, ...momentsOf(train.split.images, info.channels) } : info,
    ...{ train: train.split, test: test.split, augment: own.augment ?? null },
  };
}

/** What all samples have to be like. */
interface Like {
  sample: Sample;
  isFrames: boolean;
}

async function collect(
  samples: Samples,
  part: string,
  own: OwnDescription,
  first: Like | null,
): Promise<{ split: Split<Pixels>; like: Like }> {
  requireIterable(samples, part);
  const taken: { pixels: Pixels; label: number }[] = [];
  let like = first;
  for await (const labelled of samples as AsyncIterable<LabelledSample>) {
    const where = `${part}[${taken.length}]`;
    const sample = prepared(await sampleOf(labelled, where, own.eventFrames), own);
    like ??= { sample, isFrames: isOfFrames(labelled) };
    requireAlike(sample, isOfFrames(labelled), like, where);
    // Iterables may use their memory again.
    taken.push({ pixels: sample.pixels.slice(), label: labelOf(labelled, own.classNames, where) });
  }
  if (like === null || taken.length === 0) throw new RangeError(`\`${part}\` has no samples`);
  return { split: splitOf(taken, like.sample), like };
}

function splitOf(taken: { pixels: Pixels; label: number }[], like: Sample): Split<Pixels> {
  const length = pixelsOf(like);
  const memory = allocate(taken.length * length * like.pixels.BYTES_PER_ELEMENT);
  const images = like.pixels instanceof Float32Array ? new Float32Array(memory) : new Uint8Array(memory);
  const labels = new Int32Array(allocate(taken.length * Int32Array.BYTES_PER_ELEMENT));
  taken.forEach(({ pixels, label }, i) => {
    images.set(pixels, i * length);
    labels[i] = label;
  });
  return { images, labels, size: taken.length };
}

function requireIterable(samples: Samples, part: string): void {
  const given = samples as Partial<Iterable<unknown> & AsyncIterable<unknown>> | undefined;
  if (typeof given?.[Symbol.iterator] === 'function' || typeof given?.[Symbol.asyncIterator] === 'function') return;
  throw new TypeError(`\`${part}\` must be iterable, such as an array or a generator, got ${plain.kindOf(samples)}`);
}

/** @throws RangeError naming `where`, unless the sample has the sizes and the numbers that the others have */
export function requireAlike(sample: Sample, isFrames: boolean, like: Like, where: string): void {
  const [got, wanted] = [inWords(sample, isFrames), inWords(like.sample, like.isFrames)];
  if (got === wanted) return;
  throw new RangeError(`${where} has ${got}, the samples before it ${wanted}: \`prepare\` may bring them to one size`);
}

const inWords = ({ pixels, frames, height, width, channels }: Sample, isFrames: boolean) =>
  `${isFrames ? `${frames} frames` : 'an image'} of ${height}x${width}x${channels} ` +
  (pixels instanceof Float32Array ? 'floats' : 'bytes');
