/** Static sets as people have them: in other folders, in Python's version; and how much of them is read. */
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenedImages } from './dataset.js';
import { balancedPositions } from './limit.js';
import { openDataset } from './open.js';

const golden = join(import.meta.dirname, '../../../../test/golden/cifar');
const builtin = join(import.meta.dirname, '../../data');

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-static-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const made = (name: string) => {
  mkdirSync(join(dir, name), { recursive: true });
  return join(dir, name);
};

/** CIFAR-10 of one file under all names. */
function writeCifar(folder: string, bytes: Buffer, names: (part: string) => string): void {
  writeFileSync(join(folder, names('test_batch')), bytes);
  for (const i of [1, 2, 3, 4, 5]) {
    linkSync(join(folder, names('test_batch')), join(folder, names(`data_batch_${i}`)));
  }
}

const pythonNames = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}`).concat('test_batch');

describe("CIFAR in Python's version", () => {
  beforeAll(() => {
    const file = gunzipSync(readFileSync(join(golden, 'whole.gz')));
    writeCifar(made('torch/deep/er/cifar-10-batches-py'), file, (name) => name);
  });

  it('is found below the folder, and read as Python wrote it', async () => {
    const { train, test, files, info } = await openDataset(`cifar10:${join(dir, 'torch')}`);
    expect([info.trainSize, info.testSize]).toEqual([50_000, 10_000]);
    expect(files.map(({ name, part }) => [name, part])).toEqual(pythonNames.map((name) => [name, undefined]));
    for (const position of [0, 777, 9999]) {
      expect(test.labels[position]).toBe(position % 10);
      expect(train.labels[30_000 + position]).toBe(position % 10);
      expect(test.images[position * 3072 + 100]).toBe(position % 251);
    }
  });

  it('with a limit, is read no further than needed', async () => {
    const { train, files } = await openDataset(`cifar10:${join(dir, 'torch')}`, { limit: { train: 25, test: 3 } });
    expect([...train.labels]).toEqual(Array.from({ length: 25 }, (_, i) => i % 10));
    expect(files).toMatchObject([
      { name: 'data_batch_1', bytes: 25 * 3073, part: { images: 25, of: 10_000 } },
      { name: 'test_batch', part: { images: 3, of: 10_000 } },
    ]);
  });
});

describe('a limit', () => {
  it.each([1, 9, 500, 5999])('of %i keeps the images that are balanced over all labels', async (train) => {
    const whole = await openDataset('builtin');
    const limited = await openDataset('builtin', { limit: { train, test: 1000 } });
    const expected = balancedPositions(whole.train.labels, 10, train);
    expect([...limited.train.labels]).toEqual(expected.map((position) => whole.train.labels[position]));
    for (const [i, position] of expected.entries()) {
      const image = (set: OpenedImages, at: number) => set.train.images.subarray(at * 1024, (at + 1) * 1024);
      if (Buffer.compare(image(limited, i), image(whole, position)) !== 0) throw new Error(`image ${i} is another`);
    }
  });

  it('and a validation part leave files as they were: only the rest is taken away', async () => {
    const options = { validation: 600, limit: { train: 100, test: 50 } };
    const both = await openDataset('builtin', options);
    const whole = await openDataset('builtin', { validation: 600 });
    expect([whole.info.trainSize, whole.info.testSize]).toEqual([5400, 600]);
    expect([...both.test.labels]).toEqual(
      balancedPositions(whole.test.labels, 10, 50).map((position) => whole.test.labels[position]),
    );
    expect(both.files.map(({ name }) => name)).toEqual(['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']);
  });

  it('does not look at what it does not need; the whole is checked where the whole is hashed', async () => {
    const bytes = Buffer.alloc(10_000 * 3073);
    for (let i = 0; i < 10_000; i++) bytes[i * 3073] = i % 10;
    // Of a label that no class has.
    bytes[9000 * 3073] = 77;
    writeCifar(made('damaged'), bytes, (name) => `${name}.bin`);
    const source = `cifar10:${join(dir, 'damaged')}` as const;
    const limit = { train: 20, test: 20 };
    const part = await openDataset(source, { limit });
    expect(part.files.map(({ bytes: size }) => size)).toEqual([20 * 3073, 20 * 3073]);
    await expect(openDataset(source)).rejects.toThrow('the label of record 9000 to be 0 to 9, found 77');
    // As versions before did, which read all.
    const { files, train } = await openDataset(source, { limit, wholeFiles: true });
    expect(files.map(({ name, bytes: size }) => [name, size])).toEqual(
      pythonNames.map((name) => [`${name}.bin`, bytes.length]),
    );
    expect(Buffer.compare(train.images, part.train.images)).toBe(0);
  });
});

describe("the sets of MNIST's format", () => {
  beforeAll(() => {
    for (const folder of ['FashionMNIST/raw', 'KMNIST/raw']) symlinkAll(made(`torchvision/${folder}`));
  });

  function symlinkAll(folder: string): void {
    for (const part of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']) {
      symlinkSync(join(builtin, `${part}-ubyte.gz`), join(folder, `${part}-ubyte.gz`));
    }
  }

  it.skipIf(process.platform === 'win32')('are told apart by their folders, as files have the same names', async () => {
    const root = join(dir, 'torchvision');
    for (const name of ['fashion-mnist', 'kmnist'] as const) {
      const { info, augment, test } = await openDataset(`${name}:${root}`);
      expect(info).toMatchObject({ name, height: 32, width: 32, channels: 1, trainSize: 6000 });
      expect(augment.flip).toBe(name === 'fashion-mnist');
      expect(test.labels[0]).toBe(7);
    }
    await expect(openDataset(`mnist:${root}`)).rejects.toThrow('found none of them');
    // The folder itself is taken at its word.
    expect((await openDataset(`mnist:${join(root, 'KMNIST')}`)).info.name).toBe('mnist');
  });
});
