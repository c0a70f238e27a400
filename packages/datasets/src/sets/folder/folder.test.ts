/** Folders of one's own: what lies in them is recognised, parted and read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { writeNpz } from '../../formats/writeNpz.js';
import { createLoader } from '../../loader/loader.js';
import { collect } from '../../loader/loader.test.support.js';
import { nmnistBytes, someEvents } from '../events/events.test.support.js';
import { openDataset } from '../open.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folderOf(files: Readonly<Record<string, Uint8Array>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'kestirme-folder-'));
  folders.push(dir);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), bytes);
  }
  return dir;
}

// numpy.save of numpy 2.4: arange(12) of uint8 as [2, 2, 3], and arange(16) of float64 as [2, 2, 2, 2].
const image = Buffer.from(
  'k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAQIDBAUGBwgJCgs=',
  'base64',
);
const frames = Buffer.from(
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDIsIDIsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAPA/AAAAAAAAAEAAAAAAAAAIQAAAAAAAABBAAAAAAAAAFEAAAAAAAAAYQAAAAAAAABxAAAAAAAAAIEAAAAAAAAAiQAAAAAAAACRAAAAAAAAAJkAAAAAAAAAoQAAAAAAAACpAAAAAAAAALEAAAAAAAAAuQA==',
  'base64',
);

async function firstOf(source: string, options = {}) {
  const dataset = await openDataset(source, options);
  const loader = createLoader(dataset, { batchSize: 1, seed: 0, workers: 0, augment: null });
  const [train = [], test = []] = [await collect(loader.trainBatches(0)), await collect(loader.testBatches())];
  await loader.close();
  return { dataset, train, test };
}

describe('arrays', () => {
  it('of three sizes are images, their channels last; the last of each class are for tests', async () => {
    const dir = folderOf(
      Object.fromEntries(['a/1', 'a/2', 'b/1', 'b/2'].map((name) => [`${name}.npy`, new Uint8Array(image)])),
    );
    const { dataset, train, test } = await firstOf(`folder:${dir}`);
    expect(dataset.info).toMatchObject({ classNames: ['a', 'b'], channels: 3, height: 2, width: 2, trainSize: 2 });
    expect(dataset.split).toBe('last 0.2 of each class');
    expect(train[0]?.images).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(test.map(({ labels }) => labels[0])).toEqual([0, 1]);
    // Of 0, 3, 6, 9 in 255ths.
    expect(dataset.info.mean[0]).toBeCloseTo(4.5 / 255, 12);
    expect(dataset.info.std[0]).toBeCloseTo(Math.sqrt(11.25) / 255, 12);
  });

  it('of four sizes are frames, their channels first, and the folders around the classes are the parts', async () => {
    const packed = writeNpz({ frames: { shape: [2, 2, 2, 2], data: Float64Array.from({ length: 16 }, (_, i) => i) } });
    const dir = folderOf({
      'train/x/1.npy': new Uint8Array(frames),
      'train/y/1.npz': packed,
      'val/y/2.npy': new Uint8Array(frames),
    });
    const { dataset, train, test } = await firstOf(`folder:${dir}`);
    expect(dataset.info).toMatchObject({
      frames: 2,
      channels: 2,
      trainSize: 2,
      testSize: 1,
      mean: [0, 0],
      std: [1, 1],
    });
    expect(dataset.split).toBe('folders');
    // [t][c][y][x] to [t][y][x][c].
    const turned = [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15];
    for (const { images } of [...train, ...test]) expect(images).toEqual(turned);
  });

  it('of other contents are other data, though they are of one size', async () => {
    const other = new Uint8Array(image).fill(7, -1);
    const printsOf = async (file: Uint8Array) => {
      const names = ['train/a/1.npy', 'train/b/1.npy', 'test/a/1.npy'];
      const dir = folderOf(Object.fromEntries(names.map((name, i) => [name, i === 1 ? file : new Uint8Array(image)])));
      return (await openDataset(`folder:${dir}`)).files;
    };
    const [train, test] = await printsOf(new Uint8Array(image));
    const [otherTrain, otherTest] = await printsOf(other);
    expect(otherTrain).toEqual({ ...train, ends: expect.any(String) });
    expect(otherTrain?.ends).not.toBe(train?.ends);
    expect(otherTest).toEqual(test);
  });

  it('of another size are refused by their file, or skipped where they are damaged', async () => {
    const small = writeNpz({ one: { shape: [1, 2, 3], data: new Uint8Array(6) } });
    const files = { 'a/1.npy': new Uint8Array(image), 'a/2.npz': small, 'b/1.npy': new Uint8Array(image) };
    const dir = folderOf({ ...files, 'b/2.npy': new Uint8Array(image) });
    await expect(firstOf(`folder:${dir}`)).rejects.toThrow(
      /2\.npz: expected an image of 2x2x3, as the first array has/,
    );
    const broken = folderOf({
      ...files,
      'a/2.npz': new Uint8Array(9),
      'a/3.npy': new Uint8Array(image),
      'b/2.npy': new Uint8Array(image),
    });
    const { dataset } = await firstOf(`folder:${broken}`, { skipCorrupt: true });
    expect(dataset.skipped).toMatchObject([{ file: join(broken, 'a/2.npz') }]);
  });
});

describe('recordings', () => {
  it('become frames', async () => {
    const dir = folderOf(
      Object.fromEntries(
        [
          'left/1',
          'left/2',
          'left/3',
          'left/4',
          'left/5',
          'left/6',
          'right/1',
          'right/2',
          'right/3',
          'right/4',
          'right/5',
          'right/6',
        ].map((name, i) => [`${name}.bin`, nmnistBytes(someEvents(i, 40, 34))]),
      ),
    );
    const options = { timeSteps: 3, cacheDir: join(dir, '.cache'), options: { split: 'first-0.8', resize: 17 } };
    const { dataset, train } = await firstOf(`folder:${dir}`, options);
    expect(dataset.info).toMatchObject({
      frames: 3,
      channels: 2,
      height: 17,
      width: 17,
      classNames: ['left', 'right'],
    });
    expect(dataset.split).toBe('first-0.8');
    expect(train).toHaveLength(10);
  });

  it('whose camera is not known need its size', async () => {
    const dat = new Uint8Array(Buffer.from('% Data file containing CD events.\n% Version 2\n\x0c\x08', 'latin1'));
    const dir = folderOf({ 'a/1.dat': dat, 'b/1.dat': dat });
    await expect(openDataset(`folder:${dir}`)).rejects.toThrow(/give its `width` and `height`/);
  });
});

describe('what cannot be trained on', () => {
  const bytes = new Uint8Array(image);
  it.each([
    ['nothing', { 'a/readme.txt': bytes }, 'folders of classes with files .jpg'],
    ['two kinds of files', { 'a/1.npy': bytes, 'b/1.png': bytes }, 'files of one kind, found a/1.npy and b/1.png'],
    ['files without a class', { '1.npy': bytes }, 'each file in the folder of its class, found 1.npy'],
  ])('%s is refused', async (_, files, message) => {
    await expect(openDataset(`folder:${folderOf(files)}`)).rejects.toThrow(message);
  });
});
