import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Events } from '../../events/events.js';
import { makeFrames } from '../../events/frames/make.js';
import { createLoader } from '../../loader/loader.js';
import { openers } from '../../samples/openers.js';
import type { Sample } from '../../samples/sample.js';
import { openSource } from '../../samples/source.js';
import type { OpenedDataset, SourceSplit } from '../dataset.js';
import type { OpenOptions } from '../kind.js';
import { openDataset } from '../open.js';
import { type Event, nmnistBytes, someEvents, temporaryFolder } from './events.test.support.js';
import { nmnistSet } from './nmnist.js';
import { frameSettings } from './options.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.end());

const eventsOf = (part: string, digit: number, k: number) =>
  someEvents(digit * 10 + k + (part === 'Train' ? 0 : 5), 50, 34);

/** `each` recordings of each digit and part, in `below`. */
function writeSet(each: number, below = ''): void {
  for (const part of ['Train', 'Test']) {
    for (let digit = 0; digit < 10; digit++) {
      for (let k = 0; k < each; k++) {
        folder.write(`data/${below}${part}/${digit}/0000${k}.bin`, nmnistBytes(eventsOf(part, digit, k)));
      }
    }
  }
}

const cacheDir = () => join(folder.dir, 'cache');
const open = (options: OpenOptions = {}) =>
  openDataset(`nmnist:${join(folder.dir, 'data')}`, { cacheDir: cacheDir(), timeSteps: 3, ...options });

const cached = () => {
  const names = readdirSync(join(cacheDir(), 'frames'), { recursive: true }).map(String);
  return names.filter((name) => name.endsWith('.npy'));
};

async function samplesOf(split: OpenedDataset['train']): Promise<Sample[]> {
  const reader = await openSource(openers, (split as SourceSplit).source);
  return Promise.all(Array.from({ length: split.size }, (_, position) => reader.read(position)));
}

function columns(events: readonly Event[]): Events {
  return {
    size: events.length,
    t: Float64Array.from(events, ({ t }) => t),
    x: Uint16Array.from(events, ({ x }) => x),
    y: Uint16Array.from(events, ({ y }) => y),
    p: Uint8Array.from(events, ({ p }) => p),
  };
}

describe('nmnist:DIR', () => {
  it('is found whatever the nesting, and gives the frames of its recordings by class and name', async () => {
    writeSet(2, 'some/where/');
    const set = await open();
    expect(set.info).toMatchObject({
      name: 'nmnist',
      frames: 3,
      channels: 2,
      height: 34,
      width: 34,
      trainSize: 20,
      testSize: 20,
    });
    expect(set.split).toBe('official');
    expect([...set.train.labels]).toEqual(Array.from({ length: 20 }, (_, i) => Math.floor(i / 2)));
    const usual = Object.fromEntries(Object.entries(nmnistSet.options).map(([name, { usual }]) => [name, usual]));
    const settings = frameSettings(usual as never, 3);
    for (const [part, split] of [['Train', set.train] as const, ['Test', set.test] as const]) {
      const samples = await samplesOf(split);
      const [wanted] = await makeFrames(
        async function* () {
          yield columns(eventsOf(part, 7, 1));
        },
        { height: 34, width: 34 },
        settings,
      );
      expect(samples[15]).toEqual(wanted);
    }
  });

  it('is trained on in batches of floats', async () => {
    writeSet(1);
    const set = await open();
    const data = createLoader(set, { batchSize: 10, seed: 0, workers: 1 });
    const [first] = await samplesOf(set.train);
    for await (const { images, labels } of data.trainBatches(0)) {
      expect(images).toBeInstanceOf(Float32Array);
      const at = labels.indexOf(0);
      const length = 3 * 34 * 34 * 2;
      expect([...images.subarray(at * length, (at + 1) * length)]).toEqual([...(first as Sample).pixels]);
    }
    await data.close();
  });

  it('makes frames once: the next opening has them from the cache, without reading a recording', async () => {
    writeSet(1);
    const told: number[] = [];
    const file = join(folder.dir, 'data/Train/3/00000.bin');
    const time = 1_700_000_000;
    utimesSync(file, time, time);
    const first = await open({ onProgress: ({ total }) => told.push(total) });
    expect(told).toEqual(new Array(21).fill(20));
    // What a reading would find.
    writeFileSync(file, new Uint8Array(statSync(file).size));
    utimesSync(file, time, time);
    const again = await open({ onProgress: ({ total }) => told.push(total) });
    expect(told).toHaveLength(21);
    expect(again).toEqual(first);
    // A change that shows makes its frames anew.
    writeFileSync(file, nmnistBytes(someEvents(99, 60, 34)));
    const changed = await open();
    expect(changed.files[0]).not.toEqual(first.files[0]);
    expect(changed.files[1]).toEqual(first.files[1]);
    expect(cached()).toHaveLength(21);
  });

  it('goes on where it was interrupted, and two that make the same frames at once disturb nobody', async () => {
    writeSet(1);
    const stop = new AbortController();
    const interrupted = open({
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done === 5) stop.abort(new Error('stopped'));
      },
    });
    await expect(interrupted).rejects.toThrow('stopped');
    expect(cached()).toHaveLength(5);
    const totals: number[] = [];
    const [one, other] = await Promise.all([open({ onProgress: ({ total }) => totals.push(total) }), open()]);
    expect(totals[0]).toBe(15);
    expect(other).toEqual(one);
    expect(cached()).toHaveLength(20);
    const left = readdirSync(cacheDir(), { recursive: true }).map(String);
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('makes many frames in threads, to the same bits', async () => {
    writeSet(4);
    const many = await open();
    const bytes = cached().map((name) => [name, readFileSync(join(cacheDir(), 'frames', name), 'hex')]);
    rmSync(cacheDir(), { recursive: true });
    // Fewer than threads are worth.
    for (const part of [0, 1, 2, 3]) {
      await open({ limit: { train: 10 + 10 * part, test: 10 } });
      await open({ limit: { train: 10, test: 10 + 10 * part } });
    }
    expect(cached().map((name) => [name, readFileSync(join(cacheDir(), 'frames', name), 'hex')])).toEqual(bytes);
    expect(await open()).toEqual(many);
  });

  it('reads no more recordings than `limit` and `validation` ask for', async () => {
    writeSet(3);
    const set = await open({ limit: { train: 10, test: 5 }, validation: 10 });
    expect([set.train.size, set.test.size]).toEqual([10, 5]);
    expect([...set.test.labels]).toEqual([0, 1, 2, 3, 4]);
    expect(cached()).toHaveLength(15);
  });

  it('takes T from the network unless told otherwise, and other settings make other frames', async () => {
    writeSet(1);
    const options = { frames: 5, mode: 'sj-time', polarity: 'signed', resize: 17, interpolation: 'area' };
    const set = await open({ options, limit: { train: 10, test: 10 } });
    expect(set.info).toMatchObject({ frames: 5, channels: 1, height: 17, width: 17 });
    const [first] = await samplesOf(set.train);
    expect(first).toMatchObject({ frames: 5, channels: 1, height: 17, width: 17 });
    expect(first?.pixels.some((value) => value < 0)).toBe(true);
    await open();
    expect(cached()).toHaveLength(40);
    await expect(open({ options: { frames: 1.5 } })).rejects.toThrow(
      '`frames` must be a whole number from 0 to 1024, got 1.5',
    );
    await expect(open({ options: { mode: 'sj' } })).rejects.toThrow("`mode` must be 'sj-number' or 'sj-time'");
  });
});

describe('a recording that is corrupt', () => {
  const cut = 'data/Train/0/00000.bin';
  const empty = 'data/Test/4/00000.bin';

  it('is refused with its name and the place', async () => {
    writeSet(1);
    folder.write(cut, nmnistBytes(eventsOf('Train', 0, 0)).subarray(0, 248));
    await expect(open()).rejects.toThrow('0/00000.bin: byte 245: expected a whole record of 5 bytes, found 3 bytes');
    folder.write(cut, nmnistBytes(eventsOf('Train', 0, 0)));
    folder.write(empty, new Uint8Array(0));
    await expect(open()).rejects.toThrow('Test/4/00000.bin: expected events, found none');
  });

  it('counts once, though a long recording is read twice', async () => {
    writeSet(1);
    const count = 2_100_000;
    const bytes = new Uint8Array(5 * count + 3);
    for (let i = 0; i < count; i++) {
      const t = 3 * i;
      bytes.set([i % 34, i % 31, (t >> 16) & 127, (t >> 8) & 255, t & 255], 5 * i);
    }
    folder.write(cut, bytes);
    const set = await open({ skipCorrupt: true, limit: { train: 1, test: 1 } });
    expect(set.skipped?.map(({ reason }) => reason)).toEqual([
      'byte 10500000: truncated 1; the first: expected a whole record of 5 bytes, found 3 bytes',
    ]);
    const [first] = await samplesOf(set.train);
    expect(Array.from(first?.pixels ?? []).reduce((sum, value) => sum + value, 0)).toBe(count);
  });

  it('is skipped where that is wanted, and listed, now and from the cache', async () => {
    writeSet(1);
    const outside = { t: 60_000, x: 40, y: 3, p: 0 } as const;
    const early = { t: 10, x: 1, y: 3, p: 1 } as const;
    folder.write(cut, nmnistBytes([...eventsOf('Train', 0, 0), outside, early]));
    folder.write(empty, new Uint8Array(0));
    await expect(open()).rejects.toThrow('0/00000.bin: byte 250: expected an address inside 34x34, found x 40, y 3');
    const set = await open({ skipCorrupt: true });
    expect(set.skipped).toEqual([
      {
        file: 'Train/0/00000.bin',
        reason: 'byte 250: address 1, time 1; the first: expected an address inside 34x34, found x 40, y 3',
      },
      { file: 'Test/4/00000.bin', reason: 'expected events, found none' },
    ]);
    // What is left of the first is a sample.
    expect([set.info.trainSize, set.info.testSize, [...set.test.labels]]).toEqual([10, 9, [0, 1, 2, 3, 5, 6, 7, 8, 9]]);
    const [first] = await samplesOf(set.train);
    expect(Array.from(first?.pixels ?? []).reduce((sum, value) => sum + value, 0)).toBe(50);
    expect(await open({ skipCorrupt: true })).toEqual(set);
    await expect(open()).rejects.toThrow('expected an address inside');
  });
});

it('says what it looks for where there is nothing, or two copies of everything', async () => {
  folder.write('data/readme.txt', 'nothing');
  await expect(open()).rejects.toThrow(
    'data: expected Train/0 ... Test/9 with recordings NNNNN.bin, unpacked or as Train.zip and Test.zip, found 1 files, such as readme.txt, none of them one',
  );
  await expect(openDataset('nmnist:/none/such')).rejects.toThrow('expected a folder of recordings, found no such file');
  writeSet(1, 'one/');
  writeSet(1, 'two/');
  await expect(open()).rejects.toThrow('one/Test/0/00000.bin and two/Test/0/00000.bin: name the folder of one of them');
});
