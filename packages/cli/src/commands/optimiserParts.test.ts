/** A run with a moving average of its weights, a cosine that restarts and weight decay of everything, from the command line. */
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-optimiser-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, ...names);
const text = (...names: string[]) => readFileSync(at(...names), 'utf8');
const metrics = (name: string) =>
  text(name, 'metrics.jsonl').replace(/"(seconds|imagesPerSecond|waitShare)":[^,}]*/g, '');

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

const small = [
  '--limit',
  '60,40',
  '--batch',
  '20',
  '--T',
  '1',
  '--model',
  'mlp',
  '--widths',
  '24,16',
  '--threads',
  '1',
  '--quiet',
];
const parts = ['--ema', '0.5', '--decay-on', 'all', '--schedule', 'cosine-restarts:2', '--optimizer', 'adamw'];
const train = (out: string, ...argv: string[]) =>
  run('train', ...small, '--lr', '0.01', '--epochs', '4', ...argv, '--out', at(out));

beforeAll(async () => {
  expect(await train('run', ...parts)).toMatchObject({ code: 0 });
});

it('is recorded, and reaches the training', async () => {
  expect(JSON.parse(text('run', 'config.json'))).toMatchObject({
    ...{ ema: 0.5, decayOn: 'all', schedule: 'cosine-restarts:2:1' },
  });
  const rates = text('run', 'metrics.jsonl').trim().split('\n');
  expect(rates.map((line) => JSON.parse(line).lr)).toEqual([0.01, 0.005, 0.01, 0.005].map((lr) => expect.closeTo(lr)));
  for (const part of ['--ema', '--decay-on']) {
    const from = parts.indexOf(part);
    await train('less', ...parts.toSpliced(from, 2), '--force');
    const words = (await run('diff', at('run'), at('less'))).out;
    expect(words).toMatch(/^other configuration: (ema 0\.5 vs -|decayOn "?all"? vs -); other results from epoch 1/);
  }
});

it('is evaluated by its averages, now and later', async () => {
  const { out } = await run('evaluate', at('run'), '--threads', '1', '--json');
  const { testAccuracy, weightsSha256 } = JSON.parse(text('run', 'result.json'));
  expect(JSON.parse(out)).toMatchObject({ testAccuracy, weightsSha256 });
  const last = JSON.parse(text('run', 'metrics.jsonl').trim().split('\n').at(-1) as string);
  expect(JSON.parse(out).loss).toBe(last.testLoss);
});

it('goes on from a checkpoint to the same bits', async () => {
  cpSync(at('run'), at('again'), { recursive: true });
  rmSync(at('again', 'result.json'));
  renameSync(at('again', 'checkpoint.previous.safetensors'), at('again', 'checkpoint.safetensors'));
  expect(await run('train', '--resume', '--threads', '1', '--quiet', '--out', at('again'))).toMatchObject({ code: 0 });
  expect(metrics('again')).toBe(metrics('run'));
  const weights = (name: string) => JSON.parse(text(name, 'result.json')).weightsSha256;
  expect(weights('again')).toBe(weights('run'));
});

it.each([
  ['--schedule', 'cosine-restarts', 'is not of the form cosine-restarts:EVERY[:TIMES], e.g. cosine-restarts:10:2'],
  ['--schedule', 'cosine-restarts:2:0', '0 is not a whole number from 1 to 1000'],
  ['--ema', '1', '1 is not a number from 0 to'],
  ['--decay-on', 'biases', "'biases' is not one of weights, all"],
])('refuses %s %s', async (option, value, words) => {
  const { code, err } = await train('none', option, value);
  expect([code, err]).toEqual([2, expect.stringContaining(`${option}: `)]);
  expect(err).toContain(words);
});
