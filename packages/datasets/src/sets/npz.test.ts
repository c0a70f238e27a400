/** Arrays that NumPy wrote (test/golden/make_arrays.py), as data sets. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDataset } from './open.js';

const golden = join(import.meta.dirname, '../../../../test/golden/arrays');
const file = (name: string) => join(golden, name);
const open = (path: string, options = {}) => openDataset(`npz:${path}`, options);
const bytes = ({ images }: { images?: ArrayLike<number> }, from: number, to: number) =>
  Array.from(images as Uint8Array).slice(from, to);

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-npz-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Pixel (y, x, c) of image i is 10 i + 3 (2 y + x) + c; label i % 3. */
test.each(['set-last.npz', 'set-first.npz', 'set-floats.npz'])(
  '%s: channels last or first, bytes or floats',
  async (name) => {
    // Images as small as these have two axes that could be channels.
    const options = name === 'set-first.npz' ? { options: { channels: 'first' } } : {};
    const { info, train, test: tests, augment, files } = await open(file(name), options);
    expect(info).toMatchObject({ channels: 3, height: 2, width: 2, classes: 3, trainSize: 6, testSize: 4 });
    expect([...train.labels, ...tests.labels]).toEqual([0, 1, 2, 0, 1, 2, 2, 1, 0, 2]);
    expect(bytes(train as never, 12, 24)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
    expect(augment).toBe(null);
    expect(files.map((one) => [one.name, one.part])).toEqual(
      ['x_train', 'y_train', 'x_test', 'y_test'].map((one) => [`${one}.npy`, undefined]),
    );
    // As NumPy has them.
    expect(info.mean[0]).toBeCloseTo(29.5 / 255, 12);
    expect(info.std[0]).toBeCloseTo(Math.sqrt((35 * 100) / 12 + (9 * 15) / 12) / 255, 12);
  },
);

test('grey images, as Keras saves MNIST, with a limit and a validation part', async () => {
  const { info, train, test: tests, files } = await open(file('set-grey.npz'), { limit: { train: 4, test: 2 } });
  expect(info).toMatchObject({ channels: 1, height: 3, width: 2, trainSize: 4, testSize: 2 });
  expect([...train.labels]).toEqual([0, 1, 2, 0]);
  expect(bytes(train as never, 18, 24)).toEqual([30, 31, 32, 33, 34, 35]);
  expect(files[0]).toMatchObject({ name: 'x_train.npy', bytes: 24, part: { images: 4, of: 6 } });
  const held = await open(file('set-grey.npz'), { validation: 2 });
  expect([...held.train.labels, ...held.test.labels]).toEqual([0, 1, 2, 2, 0, 1]);
  expect([held.files.length, tests.size]).toEqual([2, 2]);
});

test('frames stay floats', async () => {
  const { info, train } = await open(file('set-frames.npz'));
  expect(info).toMatchObject({ frames: 3, channels: 2, height: 4, width: 5, mean: [0, 0], std: [1, 1] });
  const { images } = train as unknown as { images: Float32Array };
  expect(images).toBeInstanceOf(Float32Array);
  // [1, T 2, C 1, y 3, x 4] of a file with channels first, which counts in quarters.
  expect(images[(((1 * 3 + 2) * 4 + 3) * 5 + 4) * 2 + 1]).toBe((((1 * 3 + 2) * 2 + 1) * 20 + 19) / 4);
});

test('a folder of .npy files', async () => {
  const folder = join(dir, 'arrays');
  mkdirSync(folder);
  for (const name of ['x_train', 'y_train', 'x_test', 'y_test'])
    copyFileSync(file(`set-${name}.npy`), join(folder, `${name}.npy`));
  const { train, info } = await open(folder);
  expect([info.channels, info.trainSize]).toEqual([3, 6]);
  expect(bytes(train as never, 0, 3)).toEqual([0, 1, 2]);
  const cut = readFileSync(file('set-x_train.npy')).subarray(0, 150);
  writeFileSync(join(folder, 'x_train.npy'), cut);
  await expect(open(folder)).rejects.toThrow(
    'x_train.npy: byte 150: expected 72 numbers of 1 bytes (200 bytes in all)',
  );
});

test.each([
  ['set-odd-label.npz', 'y_train.npy: expected label 2 to be a class, a whole number from 0 to 99999, found -1'],
  ['set-few-labels.npz', 'y_test.npy: expected 4 labels [4], found the shape [3]'],
  ['set-range.npz', 'x_train.npy: expected image 0 to have bytes, or numbers from 0 to 1, found 3'],
  ['stored.npz', 'expected an array x_train or X_train or train_images or train_x, found bool, uint8,'],
  ['image.npy', 'expected a sound zip archive'],
  ['none', 'found no such file'],
])('%s is refused', async (name, message) => {
  await expect(open(file(name))).rejects.toThrow(message);
});
