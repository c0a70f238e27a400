/** The data sets of recordings, of files that other programs wrote (test/golden/make_events.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wholeRecording } from '../../events/frames/make.js';
import { readNpzFile } from '../../formats/npz.js';
import { writeNpz } from '../../formats/writeNpz.js';
import type { FrameFilesSource } from '../../samples/frameFiles.js';
import { openers } from '../../samples/openers.js';
import type { Sample } from '../../samples/sample.js';
import { openSource } from '../../samples/source.js';
import { catalog } from '../catalog.js';
import type { OpenedDataset, SourceSplit } from '../dataset.js';
import type { OpenOptions } from '../kind.js';
import { openDataset } from '../open.js';
import { cifar10DvsSplits } from './cifar10Dvs.js';
import { temporaryFolder } from './events.test.support.js';
import { exportFrames } from './exportFrames.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.end());

const golden = (name: string) => readFileSync(join(import.meta.dirname, '../../../../../test/golden/events', name));

const open = (name: string, options: OpenOptions = {}) =>
  openDataset(`${name}:${join(folder.dir, 'data')}`, { cacheDir: join(folder.dir, 'cache'), timeSteps: 2, ...options });

async function sampleOf(split: OpenedDataset['train'], position: number): Promise<Sample> {
  return (await openSource(openers, (split as SourceSplit).source)).read(position);
}

/** Events in a sample's frames. */
async function eventsIn(split: OpenedDataset['train'], position: number): Promise<number> {
  return Array.from((await sampleOf(split, position)).pixels).reduce((sum, value) => sum + value, 0);
}

describe('cifar10-dvs:DIR', () => {
  const { classNames } = catalog.cifar10;
  const numbers = [0, 1, 5, 10, 99, 100, 500, 899, 900, 999];
  const fileName = (className: string, number: number) => `${className}/cifar10_${className}_${number}.aedat`;
  const write = () => {
    for (const className of classNames) {
      for (const number of numbers) folder.write(`data/extract/${fileName(className, number)}`, golden('dvs128.aedat'));
    }
  };
  const small = { limit: { train: 10, test: 10 } };

  it('is parted by the split that is named, and says which', async () => {
    const names = numbers.map((number) => fileName('cat', number)).sort((a, b) => (a < b ? -1 : 1));
    const samples = names.map((name) => ({
      ...{
        ref: { name, path: name, member: null },
        format: 'aedat2',
        span: wholeRecording,
        label: 3,
        part: null,
        name,
      },
      number: Number(/_(\d+)\./.exec(name)?.[1]),
    }));
    const testsOf = (split: keyof typeof cifar10DvsSplits) =>
      cifar10DvsSplits[split].part(samples).test.map(({ number }) => number);
    // In order of names, as SpikingJelly has them: 0, 1, 10, 100, 5, 500, 899, 900, 99, 999.
    expect(testsOf('spikingjelly-0.9')).toEqual([999]);
    expect(testsOf('tebn')).toEqual([0, 1, 10, 5, 99]);
    expect(testsOf('tet')).toEqual([900, 999]);
    write();
    const set = await open('cifar10-dvs', small);
    expect(set.split).toBe('spikingjelly-0.9');
    expect(set.info).toMatchObject({ height: 128, width: 128, frames: 2, classNames: [...classNames] });
    expect(await eventsIn(set.train, 0)).toBe(300);
    const all = [...set.train.labels, ...set.test.labels];
    expect(all).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((await open('cifar10-dvs', { ...small, options: { split: 'tet' } })).split).toBe('tet');
  });

  it("is read out of its publisher's zip archives", async () => {
    for (const className of classNames) {
      const members = numbers.map((number) => [fileName(className, number), golden('dvs128.aedat')] as const);
      folder.write(`data/download/${className}.zip`, zipSync(Object.fromEntries(members)));
    }
    const packed = await open('cifar10-dvs', small);
    write();
    const unpacked = await open('cifar10-dvs', small);
    expect(unpacked.files).toEqual(packed.files);
    const { labels, source } = packed.train as SourceSplit;
    // Of the same contents: where they lie is another matter.
    const { files } = source as FrameFilesSource;
    expect(unpacked.train).toMatchObject({ labels, source: { files } });
  });

  it("is read out of SpikingJelly's caches: events, and frames that were made by the same settings", async () => {
    for (const className of classNames) {
      for (const number of [0, 950]) {
        folder.write(`data/events_np/${className}/cifar10_${className}_${number}.npz`, golden('events-packed.npz'));
      }
    }
    // As SpikingJelly's TEBN split leaves links in the same folder.
    folder.write('data/events_np/train/cat/cifar10_cat_950.npz', golden('events-packed.npz'));
    const set = await open('cifar10-dvs', { options: { split: 'tet' } });
    expect(set.info).toMatchObject({ trainSize: 10, testSize: 10 });
    expect(await eventsIn(set.train, 3)).toBe(300);
  });
});

it("reads SpikingJelly's frames of a duration, whose names end with how many there are", async () => {
  const frames = writeNpz({
    frames: { shape: [3, 2, 128, 128], data: new Float64Array(3 * 2 * 128 * 128).fill(1) },
  });
  for (const className of catalog.cifar10.classNames) {
    for (const number of [10, 950]) {
      folder.write(`data/duration_1000/${className}/cifar10_${className}_${number}_3.npz`, frames);
    }
  }
  const options = { mode: 'sj-duration', window: 1000, split: 'tet', frames: 4 };
  const set = await open('cifar10-dvs', { options });
  expect(set.info).toMatchObject({ trainSize: 10, testSize: 10, frames: 4 });
  // The fourth frame is without events.
  expect(await eventsIn(set.train, 0)).toBe(3 * 2 * 128 * 128);
});

describe('dvs-gesture:DIR', () => {
  const write = (csv: string) => {
    folder.write('data/DvsGesture/user01_led.aedat', golden('gesture.aedat'));
    folder.write('data/DvsGesture/user24_led.aedat', golden('gesture.aedat'));
    folder.write('data/DvsGesture/user01_led_labels.csv', csv);
    folder.write('data/DvsGesture/user24_led_labels.csv', csv);
    folder.write('data/DvsGesture/trials_to_train.txt', 'user01_led.aedat\n');
    folder.write('data/DvsGesture/trials_to_test.txt', 'user24_led.aedat\r\n\r\n');
  };

  it('has a sample for each label of each trial', async () => {
    const late = 2 ** 31;
    write(`class,startTime_usec,endTime_usec\n11,0,${late}\n1,${late},${2 * late}\n`);
    const set = await open('dvs-gesture');
    expect([...set.train.labels]).toEqual([0, 10]);
    expect(set.info.classNames[10]).toBe('other_gestures');
    expect([await eventsIn(set.train, 0), await eventsIn(set.train, 1)]).toEqual([120, 180]);
    expect(set.split).toBe('official');
  });

  it('refuses labels that are none, with file and line', async () => {
    for (const [line, found] of [
      ['12,1,2', "'12,1,2'"],
      ['1,5,5', "'1,5,5'"],
      ['1,2', "'1,2'"],
      ['1,x,3', "'1,x,3'"],
    ] as const) {
      write(`class,startTime_usec,endTime_usec\n${line}\n`);
      await expect(open('dvs-gesture')).rejects.toThrow(
        `DvsGesture/user01_led_labels.csv: expected in line 2 a class from 1 to 11, and a time before another, found ${found}`,
      );
    }
    write('class,start,end\n1,2,3\n');
    await expect(open('dvs-gesture')).rejects.toThrow("expected a first line 'class,startTime_usec,endTime_usec'");
    folder.write('data/DvsGesture/trials_to_train.txt', '../../etc/passwd\n');
    await expect(open('dvs-gesture')).rejects.toThrow('expected in line 1 the name of a recording .aedat');
  });
});

it('n-cars:DIR', async () => {
  for (const part of ['train', 'test']) {
    for (const className of ['cars', 'background']) {
      folder.write(`data/n-cars_${part}/${className}/obj_000001_td.dat`, golden('expelliarmus.dat'));
    }
  }
  const set = await open('n-cars');
  expect(set.info).toMatchObject({ height: 100, width: 120, classNames: ['background', 'cars'], trainSize: 2 });
});

it('st-mnist:DIR', async () => {
  for (let digit = 0; digit < 10; digit++) {
    for (let k = 0; k < 5; k++) folder.write(`data/data_submission/${digit}/LUT_${k}.mat`, golden('stmnist.mat'));
  }
  const set = await open('st-mnist');
  expect(set.info).toMatchObject({ height: 10, width: 10, trainSize: 40, testSize: 10 });
  expect(set.split).toBe('first-0.8');
});

describe('events:DIR', () => {
  it('has the classes of its folders, and parts by folders, or a share where there are none', async () => {
    for (const part of ['train', 'val']) {
      for (const [className, file] of [
        ['wave', 'evt3.raw'],
        ['clap', 'evt2.raw'],
      ] as const) {
        folder.write(`data/${part}/${className}/one.raw`, golden(file));
      }
    }
    const sensor = { width: 640, height: 480 };
    await expect(open('events')).rejects.toThrow(
      'the sensor of these recordings (evt2) is not known: give its `width` and `height` as options',
    );
    // One format for one ending.
    await expect(open('events', { options: sensor })).rejects.toThrow('train/wave/one.raw: byte ');
    folder.write('data/train/wave/one.raw', golden('evt2.raw'));
    folder.write('data/val/wave/one.raw', golden('evt2.raw'));
    const set = await open('events', { options: { ...sensor, resize: 12 } });
    expect(set.info).toMatchObject({ classNames: ['clap', 'wave'], height: 12, trainSize: 2, testSize: 2 });
    expect(set.split).toBe('folders');
  });

  it('without parts', async () => {
    for (const className of ['b', 'a', 'c']) {
      for (let k = 0; k < 10; k++) folder.write(`data/${className}/${k}.npz`, golden('events-packed.npz'));
    }
    const set = await open('events', { options: { width: 128, height: 128, resize: 8, interpolation: 'sum' } });
    expect([set.split, set.info.trainSize, set.info.testSize]).toEqual(['first-0.9', 27, 3]);
    expect(await eventsIn(set.train, 0)).toBe(300);
    await expect(open('events', { options: { width: 128, height: 128, split: 'folders' } })).rejects.toThrow(
      'this split goes by folders for training and for tests; a/0.npz is in neither',
    );
  });

  it('refuses a folder without recordings, and one class', async () => {
    folder.write('data/a/readme.txt', '');
    await expect(open('events')).rejects.toThrow('expected recordings (.bin, .aedat, ');
    folder.write('data/a/1.bin', golden('nmnist.bin'));
    await expect(open('events')).rejects.toThrow('expected folders of two classes or more, found one, a');
  });
});

describe("frames for SpikingJelly's programs", () => {
  const write = () => {
    for (const part of ['Train', 'Test']) {
      for (let digit = 0; digit < 10; digit++) folder.write(`data/${part}/${digit}/00001.bin`, golden('nmnist.bin'));
    }
  };
  const out = () => join(folder.dir, 'exported');

  it('are written in its folders, and read again as its caches are', async () => {
    write();
    const options = { cacheDir: join(folder.dir, 'cache'), timeSteps: 3 };
    const exported = await exportFrames(`nmnist:${join(folder.dir, 'data')}`, out(), options);
    expect(exported).toEqual({ dir: join(out(), 'frames_number_3_split_by_number'), files: 20 });
    const arrays = await readNpzFile(join(exported.dir, 'test/7/00001.npz'));
    expect(arrays.get('frames')).toMatchObject({ shape: [3, 2, 34, 34], dtype: 'float64' });
    const again = await openDataset(`nmnist:${out()}`, options);
    const first = await openDataset(`nmnist:${join(folder.dir, 'data')}`, options);
    for (const position of [0, 9]) {
      const [a, b] = await Promise.all([first, again].map((set) => sampleOf(set.test, position)));
      expect(b).toEqual(a);
    }
    // Others than those that were made.
    await expect(openDataset(`nmnist:${out()}`, { ...options, timeSteps: 4 })).rejects.toThrow('expected Train/0');
  });

  it('are refused where it has no name for them', async () => {
    write();
    const source = `nmnist:${join(folder.dir, 'data')}`;
    await expect(exportFrames(source, out(), { options: { mode: 'tonic-time-bins' } })).rejects.toThrow(
      'these frames are by tonic-time-bins, counts, polarity two',
    );
    await expect(exportFrames('builtin', out())).rejects.toThrow(
      'frames are made of recordings: of nmnist, cifar10-dvs',
    );
  });

  it('of the wrong shape are refused with the file', async () => {
    folder.write('data/frames_number_2_split_by_number/train/3/00001.npz', golden('events-packed.npz'));
    folder.write('data/frames_number_2_split_by_number/test/3/00001.npz', golden('events-packed.npz'));
    await expect(open('nmnist')).rejects.toThrow(
      "expected an array 'frames' of [2, 2, 34, 34], found none of that name",
    );
  });
});
