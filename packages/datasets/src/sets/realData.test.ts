/**
 * The publishers' own images, where they are: in KESTIRME_TEST_DATA, or in ../shared/data beside the repository. Each set
 * in the folder of its publisher's archive (`mnist/`, `cifar-10-batches-bin/`, `cifar-100-binary/`); or CIFAR packed, with
 * `unpack.mjs`, which restores it into the repository's .data/ (once).
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { catalog } from './catalog.js';
import type { NamedDataset, Split } from './dataset.js';
import { openDataset } from './open.js';

const repository = join(import.meta.dirname, '../../../..');
const data = process.env.KESTIRME_TEST_DATA ?? join(repository, '../shared/data');
const packed = existsSync(join(data, 'unpack.mjs'));
const cifar = packed ? join(repository, '.data/test') : data;

/** Whether the set is there; says so when not. */
function has(name: 'mnist' | 'cifar10' | 'cifar100'): boolean {
  const folder = join(data, catalog[name].folder);
  const there = existsSync(folder) || (packed && name !== 'mnist');
  if (!there) console.warn(`skipped: tests on the real ${name}, for ${folder} is not there (see KESTIRME_TEST_DATA)`);
  return there;
}

const there = { mnist: has('mnist'), cifar10: has('cifar10'), cifar100: has('cifar100') };

function perClass({ labels }: Split, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return counts;
}

/** Mean and standard deviation of all pixels of a channel, in units of 0-1. */
function moments({ train: { images }, info: { channels } }: NamedDataset, channel: number): [number, number] {
  const histogram = new Array<number>(256).fill(0);
  for (let i = channel; i < images.length; i += channels) {
    const byte = images[i] as number;
    histogram[byte] = (histogram[byte] as number) + 1;
  }
  const count = images.length / channels;
  const mean = histogram.reduce((sum, times, byte) => sum + times * byte, 0) / count / 255;
  const square = histogram.reduce((sum, times, byte) => sum + times * byte * byte, 0) / count / 255 / 255;
  return [mean, Math.sqrt(square - mean * mean)];
}

describe('real images', () => {
  beforeAll(() => {
    if (packed) execFileSync(process.execPath, [join(data, 'unpack.mjs'), cifar]);
  }, 180_000);

  it.skipIf(!there.mnist)('MNIST: sizes, first labels, constants for 32x32', { timeout: 60_000 }, async () => {
    const dataset = await openDataset(`mnist:${data}`);
    expect([dataset.train.size, dataset.test.size]).toEqual([60000, 10000]);
    expect([...dataset.train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...dataset.test.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    const [mean, std] = moments(dataset, 0);
    expect(mean).toBeCloseTo(dataset.info.mean[0] as number, 4);
    expect(std).toBeCloseTo(dataset.info.std[0] as number, 4);
  });

  it.skipIf(!there.mnist)('the built-in digits are the first of MNIST', { timeout: 60_000 }, async () => {
    const builtin = await openDataset('builtin');
    const first = await openDataset(`mnist:${data}`, { limit: { train: 6000, test: 1000 } });
    for (const part of ['train', 'test'] as const) {
      expect([...builtin[part].labels]).toEqual([...first[part].labels]);
      expect(Buffer.compare(builtin[part].images, first[part].images)).toBe(0);
    }
  });

  it.skipIf(!there.cifar10)('CIFAR-10: sizes, first labels, means', { timeout: 60_000 }, async () => {
    const dataset = await openDataset(`cifar10:${cifar}`);
    expect(perClass(dataset.train, 10)).toEqual(new Array(10).fill(5000));
    expect(perClass(dataset.test, 10)).toEqual(new Array(10).fill(1000));
    // Frog, truck, truck; cat, ship, ship.
    expect([...dataset.train.labels.subarray(0, 3)]).toEqual([6, 9, 9]);
    expect([...dataset.test.labels.subarray(0, 3)]).toEqual([3, 8, 8]);
    for (const channel of [0, 1, 2]) {
      expect(moments(dataset, channel)[0]).toBeCloseTo(dataset.info.mean[channel] as number, 3);
    }
  });

  it.skipIf(!there.cifar10)('CIFAR-10, limited: 500 and 100 of each class', { timeout: 60_000 }, async () => {
    const source = `cifar10:${join(cifar, 'cifar-10-batches-bin')}` as const;
    const { train, test } = await openDataset(source, { limit: { train: 5000, test: 1000 } });
    expect(perClass(train, 10)).toEqual(new Array(10).fill(500));
    expect(perClass(test, 10)).toEqual(new Array(10).fill(100));
  });

  it.skipIf(!there.cifar100)('CIFAR-100: fine labels, means and deviations', { timeout: 60_000 }, async () => {
    const dataset = await openDataset(`cifar100:${cifar}`);
    expect(perClass(dataset.train, 100)).toEqual(new Array(100).fill(500));
    expect(perClass(dataset.test, 100)).toEqual(new Array(100).fill(100));
    for (const channel of [0, 1, 2]) {
      const [mean, std] = moments(dataset, channel);
      expect(Math.abs(mean - (dataset.info.mean[channel] as number))).toBeLessThan(0.002);
      expect(Math.abs(std - (dataset.info.std[channel] as number))).toBeLessThan(0.002);
    }
  });
});
