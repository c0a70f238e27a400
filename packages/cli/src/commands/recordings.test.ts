/** Runs on recordings of event cameras in every format, written by other programs (test/golden/make_events.py). */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const golden = join(import.meta.dirname, '../../../../test/golden/events');
const folder = mkdtempSync(join(tmpdir(), 'kestirme-recordings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, ...names);
const result = (name: string) => JSON.parse(readFileSync(at(name, 'result.json'), 'utf8'));

async function train(data: string, out: string, options: string, ...argv: string[]) {
  const terminal = new Recorder({});
  const network = ['--model', 'mlp', '--widths', '12,8', '--T', '2', '--batch', '2', '--epochs', '1'];
  const of = ['--data', data, '--data-options', options, '--cache', at('cache'), '--out', at(out), '--threads', '1'];
  const code = await runProgram(['train', ...of, ...network, ...argv], terminal);
  return { code, err: terminal.errors, text: terminal.output };
}

function put(name: string, from: string) {
  mkdirSync(dirname(at(name)), { recursive: true });
  cpSync(join(golden, from), at(name));
}

const cifar = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');
const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

beforeAll(() => {
  for (const digit of digits) {
    for (const part of ['Train', 'Test']) put(`nmnist/${part}/${digit}/00001.bin`, 'nmnist.bin');
    for (const k of [1, 2, 3, 4, 5]) put(`st-mnist/${digit}/LUT_${k}.mat`, 'stmnist.mat');
  }
  for (const name of cifar) {
    for (const number of [0, 950]) {
      put(`aedat2/${name}/cifar10_${name}_${number}.aedat`, 'dvs128.aedat');
      put(`npz/events_np/${name}/cifar10_${name}_${number}.npz`, 'events-packed.npz');
    }
  }
  for (const name of cifar) for (const number of [0, 950]) put(`aedat4/${name}/${number}.aedat4`, 'zstd.aedat4');
  for (const user of ['user01_led', 'user24_led']) {
    put(`gesture/${user}.aedat`, 'gesture.aedat');
    const late = 2 ** 31;
    const csv = `class,startTime_usec,endTime_usec\n11,0,${late}\n1,${late},${2 * late}\n`;
    writeFileSync(at(`gesture/${user}_labels.csv`), csv);
  }
  writeFileSync(at('gesture/trials_to_train.txt'), 'user01_led.aedat\n');
  writeFileSync(at('gesture/trials_to_test.txt'), 'user24_led.aedat\n');
  for (const name of ['cars', 'background']) {
    for (const part of ['train', 'test']) put(`n-cars/n-cars_${part}/${name}/obj_000001_td.dat`, 'expelliarmus.dat');
  }
  for (const [kind, file] of [
    ['evt3', 'evt3.raw'],
    ['evt2', 'evt2.raw'],
  ] as const) {
    for (const name of ['a', 'b']) {
      for (const part of ['train', 'test']) put(`${kind}/${part}/${name}/1${/\.\w+$/.exec(file)}`, file);
    }
  }
});

it.each([
  ['nmnist:nmnist', 'resize=8', 'official'],
  ['cifar10-dvs:aedat2', 'resize=8,split=tet', 'tet'],
  ['cifar10-dvs:npz', 'resize=8,split=tebn', 'tebn'],
  ['dvs-gesture:gesture', 'resize=8,mode=sj-time', 'official'],
  ['n-cars:n-cars', 'resize=8,surface=time-surface,mode=tonic-time-bins', 'official'],
  ['st-mnist:st-mnist', 'polarity=signed,values=binary,split=first-0.8', 'first-0.8'],
  ['events:evt3', 'width=128,height=96,resize=8,interpolation=area', 'folders'],
  ['events:evt2', 'width=128,height=96,resize=8,mode=sj-duration,window=50000', 'folders'],
  ['cifar10-dvs:aedat4', 'resize=8,interpolation=sum,split=tet', 'tet'],
] as const)('%s, %s: a run to its result, which names the split', async (source, options, split) => {
  const [name, dir] = source.split(':') as [string, string];
  const { code, err, text } = await train(`${name}:${at(dir)}`, `run-${dir}`, options);
  expect([code, err]).toEqual([0, expect.stringContaining(`(${split})`)]);
  expect(err).toMatch(/making frames: (\d+) of \1\n/);
  expect(text).toContain(`(${split})`);
  expect(result(`run-${dir}`)).toMatchObject({ dataset: name, epochs: 1, split });
  expect(readFileSync(at(`run-${dir}`, 'report.html'), 'utf8')).toContain(`split ${split}`);
});

it("data frames writes SpikingJelly's frames, which are read like recordings", async () => {
  const terminal = new Recorder({});
  const source = ['--data', `nmnist:${at('nmnist')}`, '--T', '2'];
  expect(await runProgram(['data', 'frames', ...source, '--dir', at('written')], terminal)).toBe(0);
  expect(terminal.output).toBe(`20 files are in ${at('written', 'frames_number_2_split_by_number')}\n`);
  expect((await train(`nmnist:${at('written')}`, 'of-frames', 'resize=8', '--quiet')).code).toBe(0);
  expect(result('of-frames').testAccuracy).toBe(result('run-nmnist').testAccuracy);
  expect(result('of-frames').weightsSha256).toBe(result('run-nmnist').weightsSha256);
  const options = ['--data-options', 'mode=tonic-time-bins'];
  expect(await runProgram(['data', 'frames', ...source, ...options], terminal)).toBe(2);
  expect(terminal.errors).toContain("SpikingJelly's caches have counts of two polarities");
});

it('a corrupt recording is refused by name and place, or skipped and listed', async () => {
  const file = 'nmnist/Train/3/00001.bin';
  truncateSync(at(file), 1498);
  const source = `nmnist:${at('nmnist')}`;
  const refused = await train(source, 'refused', 'resize=8');
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('byte 1495: expected a whole record of 5')]);
  expect(refused.err).toContain('--skip-corrupt');
  const skipped = await train(source, 'skipped', 'resize=8', '--skip-corrupt');
  expect([skipped.code, skipped.err]).toEqual([0, expect.stringContaining('1 file is skipped')]);
  expect(result('skipped').skipped).toEqual([
    { file: 'Train/3/00001.bin', reason: expect.stringMatching(/^byte 1495: truncated 1; the first: expected/) },
  ]);
});
