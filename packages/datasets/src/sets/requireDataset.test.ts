/** Arrays of a program's own: whatever is wrong with them is told by createLoader, with the field and both values. */
import { expect, test } from 'vitest';
import { createLoader, type LoaderOptions } from '../loader/loader.js';
import type { Dataset, Split } from './dataset.js';

/** Six training images and two test images of 3x2x1, of two classes. */
function own(): Dataset {
  const split = (size: number): Split => ({
    images: Uint8Array.from({ length: size * 6 }, (_, i) => i * 3),
    labels: Int32Array.from({ length: size }, (_, i) => i % 2),
    size,
  });
  const info = {
    ...{ name: 'own', channels: 1, height: 3, width: 2, classes: 2, classNames: ['a', 'b'] },
    ...{ trainSize: 6, testSize: 2, mean: [0.5], std: [0.25] },
  };
  return { info, train: split(6), test: split(2), augment: null };
}

const open = (dataset: Dataset, options: Partial<LoaderOptions> = {}) =>
  createLoader(dataset, { batchSize: 2, seed: 0, workers: 0, ...options });

type Change = { part: 'info' | 'train' | 'test'; field: string; value: unknown };
const changes: [string, Change, string][] = [
  [
    'floats',
    { part: 'train', field: 'images', value: new Float32Array(36) },
    'a Uint8Array, bytes from 0 to 255, got a Float32Array of 36: of values from 0 to 1, Uint8Array.from(',
  ],
  [
    'clamped bytes',
    { part: 'test', field: 'images', value: new Uint8ClampedArray(12) },
    'got a Uint8ClampedArray of 12',
  ],
  ['numbers', { part: 'train', field: 'images', value: [1, 2] }, 'got a list of 2'],
  ['no images', { part: 'train', field: 'images', value: undefined }, 'got undefined'],
  [
    'a byte too few',
    { part: 'train', field: 'images', value: new Uint8Array(35) },
    'must hold 6 images of 3x2x1, 36 bytes, got 35',
  ],
  [
    'a byte too many',
    { part: 'test', field: 'images', value: new Uint8Array(13) },
    '2 images of 3x2x1, 12 bytes, got 13',
  ],
  [
    'a list of labels',
    { part: 'train', field: 'labels', value: [0, 1, 0, 1, 0, 1] },
    'an Int32Array, got a list of 6: Int32Array.from(labels, Number) makes one',
  ],
  ['labels as bytes', { part: 'train', field: 'labels', value: new Uint8Array(6) }, 'got a Uint8Array of 6'],
  [
    'labels as big integers',
    { part: 'test', field: 'labels', value: new BigInt64Array(2) },
    'got a BigInt64Array of 2',
  ],
  [
    'a label too few',
    { part: 'train', field: 'labels', value: new Int32Array(5) },
    'must hold 6, one for each image, got 5',
  ],
  [
    'a label too high',
    { part: 'train', field: 'labels[3]', value: Int32Array.of(0, 1, 0, 2, 0, 1) },
    'must be from 0 to 1, got 2',
  ],
  ['a label below 0', { part: 'test', field: 'labels[1]', value: Int32Array.of(0, -1) }, 'must be from 0 to 1, got -1'],
  ['another size', { part: 'train', field: 'size', value: 7 }, 'must be what info.trainSize is, 6, got 7'],
  ['no size', { part: 'test', field: 'size', value: undefined }, 'must be what info.testSize is, 2, got undefined'],
  ['no name', { part: 'info', field: 'name', value: undefined }, 'must be text, got undefined'],
  ['no channels', { part: 'info', field: 'channels', value: 0 }, 'must be a whole number from 1 up, got 0'],
  ['half a row', { part: 'info', field: 'height', value: 2.5 }, 'must be a whole number from 1 up, got 2.5'],
  [
    'another shape',
    { part: 'info', field: 'width', value: 3 },
    'train.images must hold 6 images of 3x3x1, 54 bytes, got 36',
  ],
  ['one class', { part: 'info', field: 'classes', value: 1 }, 'must be a whole number from 2 up, got 1'],
  [
    'a name too few',
    { part: 'info', field: 'classNames', value: ['a'] },
    'must be a list of 2, one for each class, got a list of 1',
  ],
  ['a name that is none', { part: 'info', field: 'classNames[1]', value: ['a', 1] }, 'must be text, got 1'],
  ['no test images', { part: 'info', field: 'testSize', value: 0 }, 'must be a whole number from 1 up, got 0'],
  [
    'a mean too many',
    { part: 'info', field: 'mean', value: [0.5, 0.5] },
    'must be a list of 1, one for each channel, got a list of 2',
  ],
  [
    'the mean of bytes',
    { part: 'info', field: 'mean[0]', value: [125.3] },
    'must be a number from 0 to 1, got 125.3: pixels count as 0 to 1 here, so divide by 255',
  ],
  [
    'a mean that is none',
    { part: 'info', field: 'mean[0]', value: [Number.NaN] },
    'must be a number from 0 to 1, got NaN',
  ],
  ['no spread', { part: 'info', field: 'std[0]', value: [0] }, 'must be a number above 0 and at most 1, got 0'],
  [
    'a spread that is 0 in 32 bits',
    { part: 'info', field: 'std[0]', value: [1e-60] },
    'above 0 and at most 1, got 1e-60',
  ],
  [
    'the spread of bytes',
    { part: 'info', field: 'std[0]', value: [63] },
    'got 63: pixels count as 0 to 1 here, so divide by 255',
  ],
  [
    'one number for the spread',
    { part: 'info', field: 'std', value: 0.25 },
    'must be a list of 1, one for each channel, got 0.25',
  ],
];

test.each(changes)('refuses %s', (_, { part, field, value }, message) => {
  const dataset = own();
  const key = field.replace(/\[.*/, '');
  const changed = { ...dataset, [part]: { ...dataset[part], [key]: value } };
  expect(() => open(changed as Dataset)).toThrow(message);
  const path = message.startsWith('train.') ? '' : part === 'info' ? `info.${field} ` : `${part}.${field} `;
  expect(() => open(changed as Dataset)).toThrow(`the data set's ${path}`);
});

test.each<[string, Partial<Record<keyof LoaderOptions | 'batchsize', unknown>>, string]>([
  [
    'no augmentation by false',
    { augment: false },
    '`augment` must be { crop: pixels, flip: true or false }, or null for none, got false',
  ],
  ['a flip that is not said', { augment: { crop: 1 } }, 'or null for none, got flip: undefined'],
  ['a crop of nothing', { augment: { crop: 2, flip: true } }, '`augment.crop` must be an integer from 0 to 1, got 2'],
  ['a crop in words', { augment: { crop: '1', flip: true } }, '`augment.crop` must be an integer from 0 to 1, got "1"'],
  ['a batch in words', { batchSize: '2' }, '`batchSize` must be an integer from 1 to 6, got "2"'],
  ['a batch of all and one', { batchSize: 7 }, '`batchSize` must be an integer from 1 to 6, got 7'],
  ['no seed', { seed: undefined }, '`seed` must be an integer from 0 to 4294967295, got undefined'],
  ['half a seed', { seed: 0.5 }, '`seed` must be an integer from 0 to 4294967295, got 0.5'],
  ['too many threads', { workers: 65 }, '`workers` must be an integer from 0 to 64, got 65'],
  ['an empty queue', { queue: 0 }, '`queue` must be an integer from 1 to 1024, got 0'],
  ['a key that is not known', { batchsize: 2 }, 'createLoader has no option `batchsize`; did you mean "batchSize"?'],
  [
    'a controller in place of its signal',
    { signal: new AbortController() },
    '`signal` must be an AbortSignal, got an AbortController',
  ],
])('refuses %s', (_, options, message) => {
  expect(() => open(own(), options as Partial<LoaderOptions>)).toThrow(message);
});

test('refuses what is no data set at all', () => {
  for (const nothing of [undefined, Promise.resolve(own()), {}]) {
    expect(() => open(nothing as never)).toThrow("the data set's info must be an object, got undefined");
  }
});

test("refuses the data set's own augmentation, and takes none", async () => {
  const augmented = { ...own(), augment: { crop: 9, flip: true } };
  expect(() => open(augmented)).toThrow("the data set's `augment.crop` must be an integer from 0 to 1, got 9");
  for (const dataset of [own(), { ...own(), augment: undefined as unknown as null }]) {
    const loader = open(dataset);
    for await (const { images, indices } of loader.trainBatches(0)) {
      expect(images.subarray(0, 6)).toEqual(
        Uint8Array.from({ length: 6 }, (_, i) => ((indices[0] as number) * 6 + i) * 3),
      );
    }
    await loader.close();
  }
});

test.each<[string, object, string]>([
  ['numbers', [1, 2], 'train.images must be a Uint8Array, bytes from 0 to 255, or a Float32Array, got a list of 2'],
  [
    'a frame too few',
    new Float32Array(6 * 3 * 6),
    'train.images must hold 6 images of 4 frames of 3x2x1, 144 floats, got 108',
  ],
  [
    'infinity',
    new Float32Array(144).fill(1).fill(Infinity, 9),
    'train.images[9] must be a finite number, got Infinity',
  ],
])('of frames, %s', (_, images, message) => {
  const dataset = own();
  const info = { ...dataset.info, frames: 4 };
  const test = { ...dataset.test, images: new Float32Array(2 * 4 * 6) };
  expect(() => open({ ...dataset, info, test, train: { ...dataset.train, images: images as Float32Array } })).toThrow(
    message,
  );
});
