/** Data sets that can be trained on, and hardly tell what they seem to. */
import { expect, test } from 'vitest';
import { createLoader } from '../loader/loader.js';
import type { Dataset, MemoryDataset } from './dataset.js';
import { openDataset } from './open.js';

const classNames = Array.from({ length: 8 }, (_, label) => `class ${label}`);

function own(bytes: (at: number) => number, labels: (image: number) => number): MemoryDataset {
  const split = (size: number) => ({
    images: Uint8Array.from({ length: size * 4 }, (_, at) => bytes(at)),
    labels: Int32Array.from({ length: size }, (_, image) => labels(image)),
    size,
  });
  const sizes = { channels: 1, height: 2, width: 2, classes: 8, trainSize: 16, testSize: 8 };
  return {
    info: { ...sizes, name: 'own', classNames, mean: [0.5], std: [0.25] },
    train: split(16),
    test: split(8),
    augment: null,
  };
}

async function warningsOf(dataset: Dataset) {
  const loader = createLoader(dataset, { batchSize: 4, seed: 0, workers: 0 });
  await loader.close();
  return loader.warnings;
}

const sound = own(
  (at) => at % 200,
  (image) => image % 8,
);

test('a sound data set gives no reason for doubt, nor do the digits and their balanced parts', async () => {
  expect(await warningsOf(sound)).toEqual([]);
  expect(await warningsOf(await openDataset('builtin'))).toEqual([]);
  expect(await warningsOf(await openDataset('builtin', { limit: { train: 10, test: 5 } }))).toEqual([]);
});

test.each<[string, Dataset, string]>([
  [
    'one class',
    own(
      (at) => at,
      () => 3,
    ),
    'the training images are of 1 of the 8 classes; none is of class 0, class 1, class 2, class 4, class 5 and 2 more',
  ],
  [
    'classes left out',
    own(
      (at) => at,
      (image) => image % 6,
    ),
    'the training images are of 6 of the 8 classes; none is of class 6, class 7',
  ],
  [
    'one colour',
    own(
      () => 7,
      (image) => image % 8,
    ),
    'all bytes of the training images are 7',
  ],
  [
    'values from 0 to 1',
    own(
      (at) => at % 2,
      (image) => image % 8,
    ),
    'no byte of the training images is above 1, and white is 255: they are all but black',
  ],
  [
    'test images that are training images',
    { ...sound, test: { ...sound.test, images: sound.train.images.subarray(8, 40) } },
    'some test images are training images: the accuracy on them says nothing about others',
  ],
])('%s', async (_, dataset, warning) => {
  expect(await warningsOf(dataset)).toEqual([warning]);
});

test('parts of one array that do not overlap are two', async () => {
  const images = Uint8Array.from({ length: 96 }, (_, at) => at);
  const parts = {
    train: { ...sound.train, images: images.subarray(0, 64) },
    test: { ...sound.test, images: images.subarray(64) },
  };
  expect(await warningsOf({ ...sound, ...parts })).toEqual([]);
});
