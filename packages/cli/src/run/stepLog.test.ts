import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StepReport } from 'kestirme';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';
import { MOST_STEPS, parseSteps, readSteps, StepLog, stepMeans } from './stepLog.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-steps-'));
afterAll(() => rmSync(folder, { recursive: true }));

const perEpoch = 10;
function report(step: number): StepReport {
  const result = { loss: 3 - step / 1e6, lossMain: 4, correct: 4, correctMain: 3, lr: 0.1, headWeights: [0.25, 0.75] };
  const place = { epoch: Math.floor(step / perEpoch), iteration: step % perEpoch, iterationsPerEpoch: perEpoch };
  return {
    ...place,
    epochs: 1e6,
    images: 10,
    result: { ...result, gradientNorm: null, probe: null },
    sums: {} as never,
  };
}

function logIn(name: string, steps: number) {
  const file = join(folder, name);
  const warnings: string[] = [];
  const log = new StepLog(file, { steps, warn: (text) => warnings.push(text), now: () => 0 });
  return { file, warnings, log, text: () => readFileSync(file, 'utf8') };
}

async function logged(name: string, steps: number, [from, to]: [number, number]) {
  const one = logIn(name, steps);
  await one.log.rewind(from);
  for (let step = from; step < to; step++) one.log.add(report(step));
  await one.log.flush();
  return one;
}

describe('StepLog', () => {
  it('keeps a line for each step', async () => {
    const { text } = await logged('plain', 20, [0, 2]);
    const shares = '"lossMain":4,"accuracy":0.4,"accuracyMain":0.3,"lr":0.1,"lambda":0.25';
    expect(text()).toBe(
      `{"step":0,"epoch":0,"perEpoch":10,"loss":3,${shares}}\n{"step":1,"epoch":0,"perEpoch":10,"loss":2.999999,${shares}}\n`,
    );
  });

  it('keeps no more than so many of a long run, evenly', async () => {
    const steps = 2.5 * MOST_STEPS;
    const { file } = await logged('long', steps, [0, steps]);
    const kept = await readSteps(file);
    expect(kept.length).toBeLessThanOrEqual(MOST_STEPS);
    expect(kept.length).toBeGreaterThan(MOST_STEPS / 2);
    expect(kept.slice(0, 3).map(({ step }) => step)).toEqual([0, 3, 6]);
  });

  it('going on, cuts back to the checkpoint and what a death left half written: the file of a run that never stopped', async () => {
    const whole = await logged('whole', 3 * MOST_STEPS, [0, 60]);
    const { file } = await logged('resumed', 3 * MOST_STEPS, [0, 44]);
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"step":45,"epo`);
    const { text } = await logged('resumed', 3 * MOST_STEPS, [31, 60]);
    expect(text()).toBe(whole.text());
  });

  it('of a run that was given more epochs, thins the lines of before', async () => {
    await logged('more', 100, [0, 100]);
    const { file } = await logged('more', 4 * MOST_STEPS, [100, 110]);
    expect((await readSteps(file)).map(({ step }) => step)).toEqual([...Array(28).keys()].map((at) => 4 * at));
  });

  it('warns once of a file that cannot be written', async () => {
    const { log, warnings } = logIn('missing/steps.jsonl', 9);
    log.add(report(0));
    await log.flush();
    log.add(report(1));
    await log.flush();
    expect(warnings).toEqual([expect.stringContaining('missing/steps.jsonl is not complete')]);
  });
});

it('leaves damaged lines out', () => {
  const good = '{"step":0,"epoch":0,"perEpoch":10,"loss":3,"accuracy":0,"accuracyMain":0,"lr":0.1,"lambda":1}';
  const text = `${good}\nnonsense\n{"step":1}\n${good.replace('0,', '7,')}\n${good}\n${good}`;
  expect(parseSteps(text).map(({ step }) => step)).toEqual([0, 7]);
});

it('means of equally many steps', () => {
  const records = [1, 2, 3, 4, 5].map((loss, step) => ({
    ...{ step, epoch: 0, perEpoch: 5, loss, accuracy: 0, accuracyMain: 0, lr: 0.1, lambda: 1 },
  }));
  expect(stepMeans(records, 5)).toEqual(records);
  const withMain = records.map((record) => ({ ...record, lossMain: 2 * record.loss }));
  expect(stepMeans(withMain, 3).map(({ lossMain }) => lossMain)).toEqual([3, 7, 10]);
  expect(stepMeans([...withMain.slice(0, 3), ...records.slice(3)], 2).map(({ lossMain }) => lossMain)).toEqual([
    4,
    undefined,
  ]);
  expect(stepMeans(records, 3).map(({ step, loss }) => [step, loss])).toEqual([
    [1, 1.5],
    [3, 3.5],
    [4, 5],
  ]);
});

it('a run that gets more epochs adds to the steps it has, and its report draws them', async () => {
  const small = ['--limit', '40,10', '--batch', '10', '--width', '0.0625', '--T', '1', '--threads', '1'];
  const train = async (name: string, epochs: number, ...more: string[]) => {
    const argv = ['train', ...small, '--epochs', `${epochs}`, '--quiet', '--out', join(folder, name), ...more];
    expect(await runProgram(argv, new Recorder({}))).toBe(0);
    return readFileSync(join(folder, name, 'steps.jsonl'), 'utf8');
  };
  const first = await train('run', 1);
  expect(parseSteps(first).map(({ step, epoch }) => [step, epoch])).toEqual([0, 1, 2, 3].map((step) => [step, 0]));
  const all = await train('run', 2, '--resume');
  expect(all.startsWith(first)).toBe(true);
  expect(parseSteps(all).map(({ step }) => step)).toEqual([...Array(8).keys()]);
  expect(readFileSync(join(folder, 'run', 'report.html'), 'utf8')).toContain('Training loss step by step');
}, 60_000);
