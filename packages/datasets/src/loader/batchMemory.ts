import { type Batch, type Pixels, purpose, RandomStream } from 'kestirme';
import { applyMix, mixesOf, type Steps } from '../augment/index.js';
import { allocate } from '../memory.js';
import { pixelsOf, type Sample } from '../samples/sample.js';

/** Of each sample when all steps are done. */
export interface Shape extends Omit<Sample, 'pixels'> {
  floats: boolean;
}

/** Memory of one batch, shared between the threads that fill and read it where the host has shared memory. */
export interface BatchMemory {
  images: Pixels;
  labels: Int32Array;
  indices: Uint32Array;
  /** The other label of each image and its share, where steps mix images. */
  mix: { labels: Int32Array; share: Float32Array } | null;
}

/** For `size` samples that such steps are done to. */
export function allocateBatch(shape: Shape, size: number, steps: Steps): BatchMemory {
  const memory = allocate(size * pixelsOf(shape) * (shape.floats ? Float32Array.BYTES_PER_ELEMENT : 1));
  const labels = () => new Int32Array(allocate(size * Int32Array.BYTES_PER_ELEMENT));
  const share = () => new Float32Array(allocate(size * Float32Array.BYTES_PER_ELEMENT));
  return {
    images: shape.floats ? new Float32Array(memory) : new Uint8Array(memory),
    labels: labels(),
    indices: new Uint32Array(allocate(size * Uint32Array.BYTES_PER_ELEMENT)),
    mix: mixesOf(steps).length === 0 ? null : { labels: labels(), share: share() },
  };
}

export function copyBatch(from: BatchMemory, to: BatchMemory): void {
  to.images.set(from.images);
  to.labels.set(from.labels);
  to.indices.set(from.indices);
  if (from.mix === null || to.mix === null) return;
  to.mix.labels.set(from.mix.labels);
  to.mix.share.set(from.mix.share);
}

/** Where the numbers of a mixture are drawn from: `batch` is the batch's number in the epoch. */
export interface MixPlace {
  seed: number;
  epoch: number;
  batch: number;
}

/** The steps of whole batches, on the first `size` samples, which the others are done with. */
export function mixBatch(memory: BatchMemory, shape: Shape, size: number, steps: Steps, place: MixPlace): void {
  const { images, labels, mix } = memory;
  if (mix === null) return;
  const random = new RandomStream(place.seed, purpose.mix, place.epoch, place.batch);
  const pixels = images.subarray(0, size * pixelsOf(shape));
  mix.share.fill(applyMix(mixesOf(steps), { ...shape, pixels, size }, random));
  for (let i = 0; i < size; i++) mix.labels[i] = labels[(i + size - 1) % size] as number;
}

/** The first `size` samples. */
export function batchOf({ images, labels, indices, mix }: BatchMemory, shape: Shape, size: number): Batch {
  return {
    images: images.subarray(0, size * pixelsOf(shape)),
    labels: labels.subarray(0, size),
    indices: indices.subarray(0, size),
    size,
    ...(mix === null ? {} : { mix: { labels: mix.labels.subarray(0, size), share: mix.share.subarray(0, size) } }),
  };
}
