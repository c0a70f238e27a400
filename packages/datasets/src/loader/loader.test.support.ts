import type { Batch, BatchSource } from 'kestirme';
import { allocateSplit, type MemoryDataset } from '../sets/dataset.js';
import { createLoader, type LoaderOptions } from './loader.js';

/** 20 images of 4x4x2 whose bytes say where they come from. */
export function tiny(): MemoryDataset {
  const split = (size: number) => {
    const made = allocateSplit(size, 32);
    for (let i = 0; i < made.images.length; i++) made.images[i] = 1 + (i % 255);
    for (let i = 0; i < size; i++) made.labels[i] = i % 3;
    return made;
  };
  const sizes = { channels: 2, height: 4, width: 4, classes: 3, trainSize: 20, testSize: 5 };
  const info = { ...sizes, name: 'tiny', classNames: ['a', 'b', 'c'], mean: [0, 0], std: [1, 1] };
  return { info, train: split(20), test: split(5), augment: { crop: 1, flip: true } };
}

export const copy = ({ images, labels, indices, size }: Batch) => ({
  images: [...images],
  labels: [...labels],
  indices: [...indices],
  size,
});

export async function collect(batches: AsyncIterable<Batch>) {
  const all: ReturnType<typeof copy>[] = [];
  for await (const batch of batches) all.push(copy(batch));
  return all;
}

export async function withLoader<T>(
  options: Partial<LoaderOptions>,
  use: (loader: BatchSource) => Promise<T>,
): Promise<T> {
  const loader = createLoader(tiny(), { batchSize: 3, seed: 7, ...options });
  try {
    return await use(loader);
  } finally {
    await loader.close();
  }
}
