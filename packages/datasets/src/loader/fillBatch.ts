import { type Pixels, plain, purpose, RandomStream } from 'kestirme';
import { allocate, isShared } from '../memory.js';
import type { Augment } from '../sets/dataset.js';

/** Memory of one batch, shared between the threads that fill and read it where the host has shared memory. */
export interface BatchMemory {
  images: Pixels;
  labels: Int32Array;
  indices: Uint32Array;
}

/** What a batch is made from. */
export interface Source {
  images: Pixels;
  labels: Int32Array;
  channels: number;
  height: number;
  width: number;
  /** Of each image: 1, or T. */
  frames: number;
  seed: number;
}

export type Sources = Record<'train' | 'test', Source>;

/** One batch to be filled. */
export interface FillRequest {
  id: number;
  part: 'train' | 'test';
  positions: Uint32Array;
  epoch: number;
  augment: Augment | null;
  memory: BatchMemory;
}

/** A batch is filled; `copy` is it when the memory of the request is not shared, else null. */
export interface FillReply {
  id: number;
  copy: BatchMemory | null;
}

export function allocateBatch(source: Source, size: number): BatchMemory {
  const memory = allocate(size * pixelsOf(source) * source.images.BYTES_PER_ELEMENT);
  return {
    images: plain.isTypedArray(source.images, 'Float32Array') ? new Float32Array(memory) : new Uint8Array(memory),
    labels: new Int32Array(allocate(size * Int32Array.BYTES_PER_ELEMENT)),
    indices: new Uint32Array(allocate(size * Uint32Array.BYTES_PER_ELEMENT)),
  };
}

/** Numbers of an image, of all its frames. */
export function pixelsOf({ frames, height, width, channels }: Source): number {
  return frames * height * width * channels;
}

/**
 * Copies the images at `positions` into `out`, cropped and flipped by numbers that depend on seed, epoch and position
 * only: whoever fills a batch, it is the same.
 */
export function fillBatch(
  source: Source,
  positions: ArrayLike<number>,
  epoch: number,
  augment: Augment | null,
  out: BatchMemory,
): void {
  const pixels = pixelsOf(source);
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i] as number;
    out.labels[i] = source.labels[position] as number;
    out.indices[i] = position;
    const image = source.images.subarray(position * pixels, (position + 1) * pixels);
    const to = out.images.subarray(i * pixels, (i + 1) * pixels);
    if (augment === null) to.set(image);
    else augmentImage(source, image, new RandomStream(source.seed, purpose.augment, epoch, position), augment, to);
  }
}

/** What a worker thread does with a request. */
export function answerFill(sources: Sources, { id, part, positions, epoch, augment, memory }: FillRequest): FillReply {
  fillBatch(sources[part], positions, epoch, augment, memory);
  return { id, copy: isShared(memory.images) ? null : memory };
}

/** A window at a random place of the zero-padded image, mirrored every other time; the same of all its frames. */
function augmentImage(
  { channels, height, width, frames }: Source,
  image: Pixels,
  random: RandomStream,
  { crop, flip }: Augment,
  to: Pixels,
): void {
  const top = random.below(2 * crop + 1) - crop;
  const left = random.below(2 * crop + 1) - crop;
  const mirrored = random.below(2) === 1 && flip;
  to.fill(0);
  for (let frame = 0; frame < frames; frame++) {
    for (let y = Math.max(0, -top); y < Math.min(height, height - top); y++) {
      for (let x = Math.max(0, -left); x < Math.min(width, width - left); x++) {
        const from = ((frame * height + y + top) * width + x + left) * channels;
        const target = ((frame * height + y) * width + (mirrored ? width - 1 - x : x)) * channels;
        for (let c = 0; c < channels; c++) to[target + c] = image[from + c] as number;
      }
    }
  }
}
