import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const builtin = join(dirname(createRequire(import.meta.url).resolve('@kestirme/datasets')), '..', 'data');
const SMALL = ['--limit', '30,10', '--batch', '10', '--width', '0.0625', '--T', '1', '--epochs', '2'];
const at = (name: string) => join(folder, name);

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

async function train(name: string, ...more: string[]) {
  if (!more.includes('--threads')) more.push('--threads', '1');
  const done = await run('train', ...SMALL, '--out', at(name), '--quiet', ...more);
  expect([done.code, done.err]).toEqual([0, '']);
}

/** The built-in digits as if they were MNIST's files, with one bit of the first training image changed or not. */
function digits(name: string, flip: boolean): string {
  mkdirSync(at(name));
  for (const file of readdirSync(builtin).filter((one) => one.endsWith('.gz'))) {
    const bytes = gunzipSync(readFileSync(join(builtin, file)));
    const middle = 16 + 14 * 28 + 14;
    if (flip && file.startsWith('train-images')) bytes[middle] = (bytes[middle] as number) ^ 0x80;
    writeFileSync(join(at(name), file.replace('.gz', '')), bytes);
  }
  return `mnist:${at(name)}`;
}

/** A run as it is after its first epoch, in the middle of writing a line. */
function interrupted(from: string, to: string): void {
  cpSync(at(from), at(to), { recursive: true });
  rmSync(join(at(to), 'result.json'));
  const metrics = readFileSync(join(at(to), 'metrics.jsonl'), 'utf8');
  writeFileSync(join(at(to), 'metrics.jsonl'), metrics.slice(0, metrics.indexOf('\n') + 20));
}

beforeAll(async () => {
  await train('base');
  await train('threads', '--threads', '2', '--loader-workers', '0');
  await train('seed', '--seed', '1');
  await train('lr', '--lr', '0.05');
  await train('digits', '--data', digits('data', false));
  await train('flipped', '--data', digits('data flipped', true));
}, 120_000);

describe('diff of two runs', () => {
  it('the same results: one line, exit code 0', async () => {
    const { code, out, err } = await run('diff', at('base'), at('threads'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^same results: 2 epochs and the final weights [0-9a-f]{12} agree to the bit; they differ in loaderWorkers, threads, which must not matter and did not\n$/,
    );
    expect((await run('diff', at('base'), at('base'))).out).toMatch(/^same results: .* agree to the bit\n$/);
  });

  it('another seed', async () => {
    const { code, out } = await run('diff', at('base'), at('seed'));
    expect(code).toBe(1);
    expect(out).toMatch(
      /^other configuration: seed 0 vs 1; other results from epoch 1 on: train loss [\d.]+ vs [\d.]+\n\ndifference /,
    );
    expect(out).toMatch(/\nfinal weights +[0-9a-f]{12} +[0-9a-f]{12}\n$/);
  });

  it('another learning rate, as JSON in full', async () => {
    const { code, out } = await run('diff', at('base'), at('lr'), '--json');
    expect(code).toBe(1);
    const difference = JSON.parse(out);
    expect(difference).toMatchObject({
      same: false,
      options: { results: [{ name: 'lr', a: 0.1, b: 0.05 }], neutral: [] },
      program: { version: null, kernels: null, build: null, backend: null, host: null },
      data: [],
      epochs: { a: 2, b: 2, both: 2 },
      firstDifference: { epoch: 0 },
      weights: { same: false, a: expect.stringMatching(/^[0-9a-f]{64}$/) },
      edited: [],
    });
    const [first] = readFileSync(join(at('base'), 'metrics.jsonl'), 'utf8').split('\n');
    const { trainLoss } = JSON.parse(first ?? '');
    expect(difference.firstDifference.metrics[0]).toMatchObject({ name: 'trainLoss', a: trainLoss });
  });

  it('one bit of a data file', async () => {
    const { code, out } = await run('diff', at('digits'), at('flipped'));
    expect(code).toBe(1);
    expect(out).toMatch(/^same configuration, other data: train-images-idx3-ubyte differs; .*train loss [\d.]+ vs/);
    const { files } = JSON.parse(readFileSync(join(at('digits'), 'result.json'), 'utf8')).fingerprint.data;
    expect(files).toHaveLength(4);
    const own = JSON.parse(readFileSync(join(at('base'), 'result.json'), 'utf8')).fingerprint.data.files;
    expect(files).toEqual(own);
  });

  it('the same data elsewhere', async () => {
    cpSync(at('data'), at('data elsewhere'), { recursive: true });
    await train('elsewhere', '--data', `mnist:${at('data elsewhere')}`);
    expect(await run('diff', at('digits'), at('elsewhere'))).toMatchObject({
      code: 0,
      out: expect.stringContaining('they differ in dataFrom, which must not matter'),
    });
  }, 30_000);

  it('an interrupted run is compared as far as it goes, then goes on with its own data only', async () => {
    interrupted('digits', 'part');
    const { code, out } = await run('diff', at('digits'), at('part'));
    expect([code, out]).toEqual([0, 'same results as far as both runs go: 1 epoch (of 2 and 1) agree to the bit\n']);
    expect(await run('diff', at('flipped'), at('part'))).toMatchObject({
      code: 1,
      out: expect.stringContaining('other data: train-images-idx3-ubyte differs'),
    });
    const resumed = await run('train', '--resume', '--out', at('part'), '--data', `mnist:${at('data flipped')}`);
    expect(resumed).toMatchObject({
      code: 2,
      err: expect.stringContaining('train-images-idx3-ubyte is not what the run'),
    });
  }, 30_000);

  it('what cannot be compared: exit code 2', async () => {
    mkdirSync(at('begun'));
    cpSync(join(at('base'), 'config.json'), join(at('begun'), 'config.json'));
    cpSync(at('base'), at('damaged'), { recursive: true });
    writeFileSync(join(at('damaged'), 'metrics.jsonl'), '{"epoch":0}\n');
    for (const [argv, message] of [
      [[at('base')], 'RUN_A or RUN_B, a folder of a run or comparison, is missing'],
      [[at('base'), at('none')], 'there is no folder'],
      [[at('base'), folder], 'is not a run folder'],
      [[at('base'), at('begun')], 'has no finished epoch yet'],
      [[at('base'), at('damaged')], 'metrics.jsonl, line 1: lambda must be a finite number'],
    ] as const) {
      const { code, out, err } = await run('diff', ...argv);
      expect(err).toContain(message);
      expect([code, out]).toEqual([2, '']);
    }
  });
});

describe('diff of two comparisons', () => {
  const config = '{"schema":1,"methods":["evolution"],"seeds":[0,1]}';

  function comparison(name: string, runs: Record<string, string>): string {
    mkdirSync(at(name));
    writeFileSync(join(at(name), 'config.json'), config);
    for (const [run, from] of Object.entries(runs)) cpSync(at(from), join(at(name), run), { recursive: true });
    return at(name);
  }

  it('goes by the names of the runs', async () => {
    const a = comparison('one', { 'evolution-seed0': 'base', 'evolution-seed1': 'seed' });
    const b = comparison('two', { 'evolution-seed0': 'threads', 'evolution-seed1': 'seed' });
    const c = comparison('three', { 'evolution-seed0': 'lr' });
    const same = await run('diff', a, b);
    expect(same.code).toBe(0);
    expect(same.out).toMatch(/^evolution-seed0: same results: .*\nevolution-seed1: same results: .*\n$/);
    const other = await run('diff', a, c);
    expect(other.code).toBe(1);
    expect(other.out).toMatch(/^evolution-seed0: other configuration: lr 0\.1 vs 0\.05;/);
    expect(other.out).toContain(`\nonly in ${a}: evolution-seed1\n`);
    const { runs, onlyA } = JSON.parse((await run('diff', a, c, '--json')).out);
    expect([Object.keys(runs), onlyA]).toEqual([['evolution-seed0'], ['evolution-seed1']]);
    expect(await run('diff', a, at('base'))).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${at('base')} is a run, ${a} a comparison`),
    });
  });
});

it('the report shows the fingerprint of each run', async () => {
  const html = readFileSync(join(at('base'), 'report.html'), 'utf8');
  expect(html).toMatch(/config [0-9a-f]{8}, data [0-9a-f]{8}, program \d+\.\d+\.\d+\/wasm-simd128\/[0-9a-f]{8}</);
});
