/** Frames that the cache has no room for, or that gave way, are made anew. */
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FrameCache } from '../../events/frames/cache.js';
import { createLoader } from '../../loader/loader.js';
import { collect } from '../../loader/loader.test.support.js';
import { type FrameFilesSource, openFrameFiles } from '../../samples/frameFiles.js';
import type { SourceSplit } from '../dataset.js';
import { openDataset } from '../open.js';
import { nmnistBytes, someEvents, temporaryFolder } from './events.test.support.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
  for (const part of ['train', 'test']) {
    for (const [i, name] of ['left/1', 'left/2', 'right/1', 'right/2'].entries()) {
      folder.write(`data/${part}/${name}.bin`, nmnistBytes(someEvents(i + (part === 'test' ? 4 : 0), 60, 34)));
    }
  }
});
afterAll(() => folder.end());

const open = (cache: string, options: Record<string, unknown> = {}) =>
  openDataset(`events:${join(folder.dir, 'data')}`, { cacheDir: join(folder.dir, cache), timeSteps: 2, options });

function filesIn(cache: string): string[] {
  const names = readdirSync(join(folder.dir, cache), { recursive: true }).map(String);
  return names.filter((name) => name.endsWith('.npy'));
}

const sourceOf = ({ source }: Pick<SourceSplit, 'source'>) => source as FrameFilesSource;

async function batchesOf(dataset: Awaited<ReturnType<typeof open>>, workers: number) {
  const loader = createLoader(dataset, { batchSize: 2, seed: 3, workers });
  const batches = [await collect(loader.trainBatches(0)), await collect(loader.testBatches())];
  await loader.close();
  return batches;
}

describe('a cache of frames', () => {
  it.each([0, 1e-9])('of %f GB keeps none, and training has them all the same', async (cacheGigabytes) => {
    const expected = await batchesOf(await open('whole'), 0);
    const dataset = await open('none', { cacheGigabytes });
    expect(await batchesOf(dataset, 1)).toEqual(expected);
    expect(filesIn('none')).toEqual([]);
    expect(dataset.files).toEqual((await open('whole')).files);
  });

  const pixels = new Float32Array(64).fill(0.5);
  const frames = { pixels, frames: 1, height: 8, width: 4, channels: 2 };

  it('that several threads fill hardly becomes larger than it may', async () => {
    const bytes = 128 + 4 * pixels.length;
    const settings = { folder: join(folder.dir, 'threads'), bytes: 256 * 10 * bytes };
    const threads = [0, 1, 2].map(() => new FrameCache(settings));
    for (let i = 0; i < 30; i++) {
      const path = join(settings.folder, 'frames', '00', `${i}.npy`);
      await (threads[i % 3] as FrameCache).write(path, frames, null);
    }
    const { length } = filesIn('threads');
    expect(length).toBeGreaterThanOrEqual(10);
    expect(length).toBeLessThanOrEqual(14);
  });

  it('takes no more than its share in each folder, and gives up what nobody has read for a week', async () => {
    const at = (name: string) => join(folder.dir, 'unit', 'frames', '00', `${name}.npy`);
    const settings = { folder: join(folder.dir, 'unit'), bytes: 256 * 800 };
    const write = (name: string) => new FrameCache(settings).write(at(name), frames, null);
    for (const name of ['a', 'b', 'c']) await write(name);
    expect(filesIn('unit').map((name) => name.slice(-5))).toEqual(['a.npy', 'b.npy']);
    expect(2 * statSync(at('a')).size).toBeLessThanOrEqual(800);
    const old = Date.now() / 1000 - 8 * 24 * 60 * 60;
    for (const name of ['a', 'b']) utimesSync(at(name), old, old);
    // Whoever asks is about to read it.
    expect(await new FrameCache(settings).has(at('b'))).toBe(true);
    await write('c');
    expect(filesIn('unit').map((name) => name.slice(-5))).toEqual(['b.npy', 'c.npy']);
  });

  it('keeps what is read: its time says when', async () => {
    const { train } = await open('times');
    const source = sourceOf(train as SourceSplit);
    const [file = ''] = source.files;
    utimesSync(file, 1e9, 1e9);
    const reader = openFrameFiles(source);
    await reader.read(0);
    expect(statSync(file).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
    reader.close?.();
  });

  it('that lost some gets them again, of the same recordings', async () => {
    const dataset = await open('lost');
    const before = await batchesOf(dataset, 0);
    const { files } = sourceOf(dataset.train as SourceSplit);
    rmSync(files[1] as string);
    expect(await batchesOf(dataset, 0)).toEqual(before);
    expect(statSync(files[1] as string).isFile()).toBe(true);

    rmSync(files[1] as string);
    const recording = folder.write('data/train/left/2.bin', nmnistBytes(someEvents(99, 60, 34)));
    await expect(batchesOf(dataset, 0)).rejects.toThrow(`${recording}: expected the recording that the data set was`);
  });
});
