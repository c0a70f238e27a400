import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Batch, BatchSource } from 'kestirme';
import { afterAll, describe, expect, it } from 'vitest';
import { DatasetError } from '../error.js';
import { crop } from '../images/crop.js';
import { decodeImage } from '../images/decode/decode.js';
import { resize } from '../images/resize.js';
import { createLoader } from '../loader/loader.js';
import type { OpenedDataset } from './dataset.js';
import { openDataset } from './open.js';

const golden = join(import.meta.dirname, '../../../../test/golden/images');
const root = mkdtempSync(join(tmpdir(), 'kestirme-images-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder with a golden image under each name; null: a file that holds no image. */
function folderOf(name: string, files: Record<string, string | null>): string {
  const dir = join(root, name);
  for (const [file, image] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    if (image === null) writeFileSync(join(dir, file), 'not an image');
    else cpSync(join(golden, image), join(dir, file));
  }
  return dir;
}

const small = { side: 16, testSide: 20, cacheGigabytes: 0 };
const cacheDir = join(root, 'cache');

const parts = {
  'train/cat/a.jpg': '420.jpg',
  'train/cat/b.png': 'rgb.png',
  'train/dog/deep/x.webp': 'lossy.webp',
  'train/dog/a.JPEG': 'cmyk.jpg',
  'train/dog/notes.txt': null,
  'val/dog/a.jpg': 'grey.jpg',
  'val/cat/a.png': 'palette.png',
};

async function contents(batches: AsyncIterable<Batch>): Promise<{ images: number[]; labels: number[] }[]> {
  const found = [];
  for await (const { images, labels } of batches) found.push({ images: [...images], labels: [...labels] });
  return found;
}

async function epochs(dataset: OpenedDataset, workers = 0) {
  const loader: BatchSource = createLoader(dataset, { batchSize: 3, seed: 5, workers });
  const found = [await contents(loader.trainBatches(0)), await contents(loader.testBatches())];
  await loader.close();
  return found;
}

describe('image-folder', () => {
  it('has the classes and images of its folders, in order', async () => {
    const dataset = await openDataset(`image-folder:${folderOf('parts', parts)}`, { options: small, cacheDir });
    expect(dataset.info).toMatchObject({ classes: 2, classNames: ['cat', 'dog'], height: 16, width: 16, channels: 3 });
    expect([...dataset.train.labels]).toEqual([0, 0, 1, 1]);
    expect([...dataset.test.labels]).toEqual([0, 1]);
    expect(dataset.split).toBeUndefined();
    // Deep folders come after the files beside them, as torchvision has it.
    const loader = createLoader(dataset, { batchSize: 4, seed: 0, workers: 0, augment: null });
    const batches = await contents(loader.trainBatches(0));
    expect(batches).toHaveLength(1);
    await loader.close();
  });

  it('gives the same batches from threads and from the cache, which is whole or made anew', async () => {
    const source = `image-folder:${folderOf('cached', parts)}`;
    const wanted = await epochs(await openDataset(source, { options: small, cacheDir }));
    const own = join(root, 'own-cache');
    const open = () => openDataset(source, { options: { ...small, cacheGigabytes: 1 }, cacheDir: own });
    expect(await epochs(await open(), 2)).toEqual(wanted);
    const entries = readdirSync(own, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(entries).toHaveLength(6);
    expect(await epochs(await open(), 2)).toEqual(wanted);
    for (const { parentPath, name } of entries) {
      const file = join(parentPath, name);
      const bytes = readFileSync(file);
      writeFileSync(file, name < '8' ? bytes.subarray(0, bytes.length - 1) : bytes.fill(7, 20));
    }
    expect(await epochs(await open())).toEqual(wanted);
  });

  it('without parts: the last of each class are for tests', async () => {
    const files = Object.fromEntries(
      ['a/1.jpg', 'a/2.jpg', 'a/3.jpg', 'b/1.jpg', 'b/2.jpg', 'c/1.jpg'].map((name) => [name, '420.jpg']),
    );
    const dataset = await openDataset(`image-folder:${folderOf('flat', files)}`, {
      options: { ...small, testShare: 0.4 },
    });
    expect(dataset.split).toBe('last 0.4 of each class');
    expect([...dataset.train.labels]).toEqual([0, 0, 1, 2]);
    expect([...dataset.test.labels]).toEqual([0, 1]);
  });

  it('a limit and held-out images', async () => {
    const source = `image-folder:${folderOf('limited', parts)}`;
    const limited = await openDataset(source, { options: small, limit: { train: 2 } });
    expect([...limited.train.labels]).toEqual([0, 1]);
    const held = await openDataset(source, { options: small, validation: 2 });
    expect([[...held.train.labels], [...held.test.labels]]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('test images are resized in proportion to what the network sees', async () => {
    const dir = folderOf('proportion', parts);
    const sides = async (options: Record<string, number>) =>
      (await openDataset(`image-folder:${dir}`, { options })).prepare?.[0];
    expect(await sides({})).toMatchObject({ kind: 'resize-shorter', side: 256 });
    expect(await sides({ side: 64 })).toMatchObject({ side: 73 });
    expect(await sides({ side: 64, testSide: 64 })).toMatchObject({ side: 64 });
  });

  it('its fingerprint tells names, classes and sizes', async () => {
    const prints = async (name: string, files: Record<string, string | null>) =>
      (await openDataset(`image-folder:${folderOf(name, files)}`, { options: small })).files;
    const first = await prints('print-1', parts);
    expect(await prints('print-2', parts)).toEqual(first);
    expect(first.map(({ name }) => name)).toEqual(['train images', 'test images']);
    const other = await prints('print-3', { ...parts, 'train/cat/a.jpg': '444.jpg' });
    expect(other[0]?.sha256).not.toBe(first[0]?.sha256);
    expect(other[1]).toEqual(first[1]);
  });
});

describe('corrupt images', () => {
  const damaged = { ...parts, 'train/cat/c.jpg': null, 'val/dog/b.png': null, 'train/dog/old.bmp': null };
  const sound = { ...damaged };
  delete (sound as Partial<typeof sound>)['train/dog/old.bmp'];

  it('are refused by name when they are read', async () => {
    const dir = folderOf('corrupt', sound);
    const dataset = await openDataset(`image-folder:${dir}`, { options: small });
    for (const workers of [0, 1]) {
      const loader = createLoader(dataset, { batchSize: 5, seed: 0, workers });
      const reading = contents(loader.trainBatches(0));
      await expect(reading).rejects.toThrow(`${join(dir, 'train/cat/c.jpg')}: byte 0: expected a JPEG, PNG or WebP`);
      await loader.close();
    }
  });

  it('are skipped and listed where that is asked for, and remembered', async () => {
    const dir = folderOf('skipped', damaged);
    const open = () => openDataset(`image-folder:${dir}`, { options: small, skipCorrupt: true, cacheDir });
    const told: string[] = [];
    const first = await openDataset(`image-folder:${dir}`, {
      ...{ options: small, skipCorrupt: true, cacheDir },
      onProgress: ({ what, done, total }) => told.push(`${what} ${done}/${total}`),
    });
    expect(first.skipped?.map(({ file }) => file)).toEqual(
      ['train/dog/old.bmp', 'train/cat/c.jpg', 'val/dog/b.png'].map((name) => join(dir, name)),
    );
    expect(first.skipped?.[1]?.reason).toContain('another beginning');
    expect([first.train.size, first.test.size]).toEqual([4, 2]);
    expect(told).toContain('checking of train images 5/5');
    expect(await epochs(first)).toHaveLength(2);
    expect((await open()).skipped).toEqual(first.skipped);
    // A file that has changed is looked at again.
    cpSync(join(golden, '444.jpg'), join(dir, 'train/cat/c.jpg'));
    expect((await open()).train.size).toBe(5);
  });

  it('a format that is not read, a class without images and one that only tests have are refused', async () => {
    const opening = (name: string, files: Record<string, string | null>) =>
      openDataset(`image-folder:${folderOf(name, files)}`, { options: small });
    await expect(opening('bmp', damaged)).rejects.toThrow('old.bmp: expected a JPEG, PNG or WebP image');
    await expect(opening('empty', { ...parts, 'train/eel/notes.txt': null })).rejects.toThrow('expected images');
    await expect(opening('more', { ...parts, 'val/eel/a.jpg': '420.jpg' })).rejects.toThrow('one of the classes');
    await expect(opening('half', { 'train/a/a.jpg': '420.jpg' })).rejects.toThrow('beside train/ a folder test');
    await expect(opening('none', { 'a.txt': null })).rejects.toThrow('a folder for each class, found none');
    await expect(openDataset(`image-folder:${join(root, 'nowhere')}`)).rejects.toBeInstanceOf(DatasetError);
  });
});

describe('imagenet', () => {
  it('is found as torchvision and Kaggle have it; images without class folders are told', async () => {
    const dir = folderOf('kaggle', parts);
    const nested = join(root, 'nested/ILSVRC/Data');
    mkdirSync(nested, { recursive: true });
    cpSync(dir, join(nested, 'CLS-LOC'), { recursive: true });
    for (const place of [dir, join(root, 'nested')]) {
      const dataset = await openDataset(`imagenet:${place}`, { options: small });
      expect([dataset.info.name, dataset.train.size, dataset.test.size]).toEqual(['imagenet', 4, 2]);
    }
    const flat = folderOf('flat-val', { 'train/a/a.jpg': '420.jpg', 'val/a.jpg': '420.jpg' });
    await expect(openDataset(`imagenet:${flat}`)).rejects.toThrow('valprep.sh');
  });

  it('test images are the middle of the resized image, as torchvision cuts them', async () => {
    const dataset = await openDataset(`imagenet:${folderOf('middle', parts)}`, { options: small });
    const loader = createLoader(dataset, { batchSize: 1, seed: 0, workers: 0 });
    const [first] = await contents(loader.testBatches());
    await loader.close();
    const image = decodeImage(readFileSync(join(golden, 'palette.png')), 'x');
    const resized = resize(image, { height: 20, width: 29, filter: 'bilinear' });
    const box = { left: 6, top: 2, right: 22, bottom: 18 };
    expect(first?.images).toEqual([...crop(resized, box).pixels]);
  });

  const samples = join(process.env.KESTIRME_TEST_DATA ?? join(golden, '../../../../shared/data'), 'imagenet-sample');
  const there = existsSync(samples);
  if (!there)
    console.warn(`skipped: a test on ImageNet's images, for ${samples} is not there (see KESTIRME_TEST_DATA)`);

  it.skipIf(!there)('40 real images, of which the network sees what torchvision would show it', async () => {
    const dir = join(root, 'real');
    mkdirSync(dir);
    for (const part of ['train', 'val']) symlinkSync(samples, join(dir, part), 'junction');
    const dataset = await openDataset(`imagenet:${dir}`, { options: { cacheGigabytes: 0 } });
    expect(dataset.info).toMatchObject({ classes: 40, trainSize: 40, testSize: 40, height: 224, width: 224 });
    const known = JSON.parse(readFileSync(join(golden, 'known.json'), 'utf8')).samples as { centre224: string }[];
    const loader = createLoader(dataset, { batchSize: 1, seed: 0, workers: 1 });
    const found: string[] = [];
    for await (const { images } of loader.testBatches()) {
      found.push(createHash('sha256').update(new Uint8Array(images)).digest('hex'));
    }
    await loader.close();
    expect(found).toEqual(known.map(({ centre224 }) => centre224));
  });
});
