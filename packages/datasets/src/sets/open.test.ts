import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCifarFile } from '../formats/cifar.js';
import { catalog, defaultAugment, listDatasets } from './catalog.js';
import { cifarLayouts, openCifarRecords } from './cifar.js';
import { allocateSplit } from './dataset.js';
import { datasetKinds } from './kinds.js';
import { locate } from './locate.js';
import { openDataset, parseSource } from './open.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-open-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function folder(name: string): string {
  const made = join(dir, name);
  mkdirSync(made, { recursive: true });
  return made;
}

describe('parseSource', () => {
  it('divides at the first colon', () => {
    expect(parseSource('builtin')).toEqual({ name: 'builtin', dir: '' });
    expect(parseSource('cifar10:C:\\data')).toEqual({ name: 'cifar10', dir: 'C:\\data' });
  });

  it('names the nearest data set', () => {
    expect(() => parseSource('cifer10:x')).toThrow(/unknown data set 'cifer10'.*did you mean "cifar10"\?/);
    expect(() => parseSource('buildin')).toThrow('did you mean "builtin"?');
    expect(() => parseSource('toString:x')).toThrow("unknown data set 'toString'");
    const names = datasetKinds.map(({ name }) => name).join(', ');
    expect(() => parseSource('svhn')).toThrow(new RangeError(`unknown data set 'svhn'; there are ${names}`));
  });

  it('wants a folder where there must be one, and none where there is none', () => {
    expect(() => parseSource('mnist')).toThrow("'mnist' needs its folder: 'mnist:DIR'");
    expect(() => parseSource('cifar100:')).toThrow("'cifar100' needs its folder");
    expect(() => parseSource('builtin:x')).toThrow("'builtin' takes no folder");
  });
});

describe('openDataset', () => {
  /** MNIST of 2 + 1 images whose pixels are 1 (first), 2 (second) and 3 (test). */
  function writeMnist(where: string, pack: (bytes: Buffer) => Buffer, suffix: string): void {
    const words = (...values: number[]) => {
      const bytes = Buffer.alloc(4 * values.length);
      for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
      return bytes;
    };
    const put = (name: string, ...parts: Buffer[]) =>
      writeFileSync(join(where, name + suffix), pack(Buffer.concat(parts)));
    const trainPixels = Buffer.concat([Buffer.alloc(784, 1), Buffer.alloc(784, 2)]);
    put('train-images-idx3-ubyte', words(0x803, 2, 28, 28), trainPixels);
    put('train-labels-idx1-ubyte', words(0x801, 2), Buffer.from([5, 3]));
    put('t10k-images-idx3-ubyte', words(0x803, 1, 28, 28), Buffer.alloc(784, 3));
    put('t10k-labels-idx1-ubyte', words(0x801, 1), Buffer.from([9]));
  }

  it.each([
    ['plain, in the folder', 'plain', '', (bytes: Buffer) => bytes, ''],
    ['gzipped, in the parent', 'packed', 'mnist', (bytes: Buffer) => gzipSync(bytes), '.gz'],
  ])('reads MNIST, %s, amid 2 pixels of zeros', async (_, name, below, pack, suffix) => {
    writeMnist(folder(join(name, below)), pack, suffix);
    const { info, train, test, augment } = await openDataset(`mnist:${join(dir, name)}`);
    expect(info).toMatchObject({ name: 'mnist', channels: 1, height: 32, width: 32, trainSize: 2, testSize: 1 });
    expect(augment).toEqual({ crop: 2, flip: false });
    expect([[...train.labels], [...test.labels]]).toEqual([[5, 3], [9]]);
    const second = train.images.subarray(1024);
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 32; x++) {
        const inside = y >= 2 && y < 30 && x >= 2 && x < 30;
        if (second[y * 32 + x] !== (inside ? 2 : 0)) throw new Error(`pixel ${y}, ${x} is ${second[y * 32 + x]}`);
      }
    }
    expect(train.images.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('finds MNIST where torchvision and others put it, and takes it for the same data', async () => {
    const names = ['train-images', 'train-labels', 't10k-images', 't10k-labels'];
    writeMnist(folder('published'), (bytes) => bytes, '');
    const { files } = await openDataset(`mnist:${join(dir, 'published')}`);
    writeMnist(folder('torchvision/MNIST/raw'), (bytes) => bytes, '');
    const dotted = folder('dotted');
    writeMnist(dotted, (bytes) => gzipSync(bytes), '.gz');
    for (const [i, name] of names.entries()) {
      const idx = `idx${i % 2 === 0 ? 3 : 1}-ubyte`;
      renameSync(join(dotted, `${name}-${idx}.gz`), join(dotted, `${name}.${idx}.gz`));
      // As some archives have it: a folder of the file's own name.
      mkdirSync(join(dotted, `${name}-${idx}`));
    }
    for (const place of ['torchvision', 'torchvision/MNIST', 'torchvision/MNIST/raw', 'dotted']) {
      expect((await openDataset(`mnist:${join(dir, place)}`)).files, place).toEqual(files);
    }
    expect(files.map(({ name }) => name)).toEqual([
      'train-images-idx3-ubyte',
      'train-labels-idx1-ubyte',
      't10k-images-idx3-ubyte',
      't10k-labels-idx1-ubyte',
    ]);
  });

  it('reads CIFAR from the folder and from its parent', async () => {
    const names = ['a.bin', 'b.bin'];
    const binary = cifarLayouts.cifar10[0];
    const format = { labels: [{ meaning: 'label', classes: 10 }], recordsPerFile: 1 };
    const train = { files: names, recordsPerFile: 1, open: (path: string) => openCifarFile(path, format) };
    const layout = { ...binary, files: names.map((name) => ({ name })), train };
    const where = folder('cifar/cifar-10-batches-bin');
    for (const [i, file] of ['a.bin', 'b.bin'].entries()) {
      writeFileSync(join(where, file), Buffer.concat([Buffer.from([i + 4]), Buffer.alloc(3072, i + 1)]));
    }
    for (const source of [where, join(dir, 'cifar')]) {
      const records = openCifarRecords((await locate(source, [layout])).paths, layout.train);
      const into = allocateSplit(2, 3072);
      const wanted = [0, 1].map((position) => ({ position, into, at: position }));
      expect((await records.read(wanted, true)).map(({ name }) => name)).toEqual(names);
      expect([...into.labels]).toEqual([4, 5]);
      expect([into.images[0], into.images[3072]]).toEqual([1, 2]);
      await records.close();
    }
  });

  it('limits in balance', async () => {
    const { train, test, info } = await openDataset('builtin', { limit: { train: 25, test: 10 } });
    const counts = Array.from({ length: 10 }, (_, label) => train.labels.filter((one) => one === label).length);
    expect(counts).toEqual([3, 3, 3, 3, 3, 2, 2, 2, 2, 2]);
    expect([...test.labels].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([info.trainSize, info.testSize]).toEqual([25, 10]);
    await expect(openDataset('builtin', { limit: { test: 1001 } })).rejects.toThrow('from 1 to 1000, got 1001');
    for (const [limit, got] of [
      [500, '500'],
      [[500, 100], 'a list of 2'],
      [null, 'null'],
      [{ train: 500, tests: 100 }, 'the key tests'],
    ] as const) {
      await expect(openDataset('builtin', { limit: limit as never })).rejects.toThrow(
        `\`limit\` must be { train: images, test: images }, either or both, got ${got}`,
      );
    }
  });
});

describe('catalog', () => {
  it('has a name for every class, and as many figures as channels', () => {
    expect(Object.values(catalog).map(({ classNames }) => new Set(classNames).size)).toEqual([10, 10, 10, 10, 10, 100]);
    expect(catalog.cifar100.classNames).toEqual([...catalog.cifar100.classNames].sort());
    for (const { mean, std, channels } of Object.values(catalog)) {
      expect([mean.length, std.length]).toEqual([channels, channels]);
    }
  });

  it('lists each set once, with its sizes', () => {
    const list = listDatasets();
    expect(list.map(({ name }) => name)).toEqual(Object.keys(catalog));
    expect(list.map(({ classes }) => classes)).toEqual([10, 10, 10, 10, 10, 100]);
    expect(list[0]).toMatchObject({ trainSize: 6000, testSize: 1000, channels: 1, height: 32, width: 32 });
    expect(list.at(-1)).toMatchObject({ trainSize: 50000, testSize: 10000, channels: 3, height: 32, width: 32 });
    for (const { description, licence } of list) expect([description, licence]).not.toContain('');
  });

  it('mirrors photographs, not digits', () => {
    for (const name of ['builtin', 'mnist']) expect(defaultAugment({ name })).toEqual({ crop: 2, flip: false });
    for (const name of ['cifar10', 'cifar100']) expect(defaultAugment({ name })).toEqual({ crop: 4, flip: true });
    expect(() => defaultAugment({ name: 'cifra10' })).toThrow(
      'no usual augmentation of \'cifra10\'; did you mean "cifar10"?',
    );
    expect(() => defaultAugment({ name: 'toString' })).toThrow(RangeError);
  });

  it('gives away copies, which may be changed', () => {
    defaultAugment({ name: 'cifar10' }).flip = false;
    expect(defaultAugment({ name: 'cifar10' }).flip).toBe(true);
  });
});
