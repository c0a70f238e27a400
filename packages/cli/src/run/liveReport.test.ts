import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RunFolder } from './folder.js';
import { LiveReport } from './liveReport.js';
import { sampleRun } from './sample.test.support.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-live-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A clock on which each look takes a second, besides what is added to `time`. */
function clock() {
  const state = { time: 0, now: () => state.time++ };
  return state;
}

const soFar = (epochs: number) => {
  const run = sampleRun();
  return { ...run, metrics: run.metrics.slice(0, epochs), result: null };
};

const written = () => /\((\d) of 2 epochs\)/.exec(readFileSync(join(dir, 'report.html'), 'utf8'))?.[1];

it('is written when it takes little of the time, and made up for at the end', async () => {
  const time = clock();
  const report = new LiveReport(new RunFolder(dir), { warn: () => {}, now: time.now });
  await report.update([soFar(1)]);
  expect(() => written()).toThrow('ENOENT');
  time.time += 10;
  await report.update([soFar(1)]);
  expect(written()).toBe('1');
  // Writing took a second by that clock: too soon for another.
  time.time += 10;
  await report.update([soFar(2)]);
  expect(written()).toBe('1');
  await report.finish();
  expect(written()).toBe('2');
});

it('that cannot be written is told once, and ends nothing', async () => {
  const time = clock();
  const warnings: string[] = [];
  mkdirSync(join(dir, 'report.html'));
  const report = new LiveReport(new RunFolder(dir), { warn: (text) => warnings.push(text), now: time.now });
  for (const epochs of [1, 2]) {
    time.time += 100;
    await report.update([soFar(epochs)]);
  }
  await report.finish();
  expect(warnings).toEqual([expect.stringMatching(/^the report is not up to date: cannot write .*report\.html/)]);
});

it('has nothing to show before the first epoch', async () => {
  const report = new LiveReport(new RunFolder(dir), { warn: () => {} });
  await report.update([soFar(0)]);
  await report.finish();
  expect(() => written()).toThrow('ENOENT');
});
