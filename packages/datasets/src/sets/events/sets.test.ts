/** The data sets of recordings, of files that other programs wrote (test/golden/make_events.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wholeRecording } from '../../events/frames/make.js';
import { openers } from '../../samples/openers.js';
import { openSource } from '../../samples/source.js';
import { catalog } from '../catalog.js';
import type { OpenedDataset, SourceSplit } from '../dataset.js';
import type { OpenOptions } from '../kind.js';
import { openDataset } from '../open.js';
import { cifar10DvsSplits } from './cifar10Dvs.js';
import { temporaryFolder } from './events.test.support.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.end());

const golden = (name: string) => readFileSync(join(import.meta.dirname, '../../../../../test/golden/events', name));

const open = (name: string, options: OpenOptions = {}) =>
  openDataset(`${name}:${join(folder.dir, 'data')}`, { cacheDir: join(folder.dir, 'cache'), timeSteps: 2, ...options });

/** Events in a sample's frames. */
async function eventsIn(split: OpenedDataset['train'], position: number): Promise<number> {
  const reader = await openSource(openers, (split as SourceSplit).source);
  return Array.from((await reader.read(position)).pixels).reduce((sum, value) => sum + value, 0);
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
      ...{ ref: { name, path: name, member: null }, format: 'aedat2', span: wholeRecording, label: 3, part: null },
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
    expect(unpacked.train).toEqual(packed.train);
  });

  it("is read out of SpikingJelly's caches: events, and frames that were made by the same settings", async () => {
    for (const className of classNames) {
      for (const number of [0, 950]) {
        folder.write(`data/events_np/${className}/cifar10_${className}_${number}.npz`, golden('events-packed.npz'));
      }
    }
    const set = await open('cifar10-dvs', { options: { split: 'tet' } });
    expect(set.info).toMatchObject({ trainSize: 10, testSize: 10 });
    expect(await eventsIn(set.train, 3)).toBe(300);
  });
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
