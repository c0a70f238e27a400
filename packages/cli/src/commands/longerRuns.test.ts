/** More epochs for a run that has finished, and weights of another run to begin with. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors } from 'kestirme';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-longer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const place = (name: string) => join(folder, name);
const json = (...path: string[]) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
const rates = (name: string): number[] =>
  readFileSync(join(place(name), 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).lr);

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

const session = ['--threads', '1', '--quiet', '--out'];
const small = ['--limit', '40,10', '--batch', '20', '--T', '1', '--model', 'mlp', '--widths'];
const train = (out: string, ...argv: string[]) => trainOf('12,8', out, ...argv);
const trainOf = (widths: string, out: string, ...argv: string[]) =>
  run('train', ...small, widths, ...session, place(out), ...argv);
const more = (out: string, ...argv: string[]) => run('train', '--resume', ...session, place(out), ...argv);
const fromConfig = (of: string, out: string) =>
  run('train', '--config', place(`${of}/config.json`), ...session, place(out));
const diff = async (a: string, b: string) => (await run('diff', place(a), place(b))).out;

describe('a finished run', () => {
  beforeAll(async () => {
    await train('run', '--epochs', '2');
    expect((await more('run', '--epochs', '4')).code).toBe(0);
  });

  it('goes on by the schedule of so many epochs, and remembers where it had ended', () => {
    expect(json('run', 'config.json')).toMatchObject({ epochs: 4, epochsBefore: [2] });
    const cosine = (epoch: number, epochs: number) => (0.1 * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
    for (const [i, rate] of [cosine(0, 2), cosine(1, 2), cosine(2, 4), cosine(3, 4)].entries()) {
      expect(rates('run')[i]).toBeCloseTo(rate, 12);
    }
    expect(json('run', 'result.json').epochs).toBe(4);
  });

  it('comes to the same bits in one go, from its config.json, and when it is stopped on the way', async () => {
    const { weightsSha256 } = json('run', 'result.json');
    await fromConfig('run', 'again');
    expect(json('again', 'result.json').weightsSha256).toBe(weightsSha256);
    // As a crash in the last epoch leaves it.
    for (const file of ['result.json', 'checkpoint.safetensors']) rmSync(join(place('again'), file));
    expect((await more('again')).code).toBe(0);
    expect(json('again', 'result.json').weightsSha256).toBe(weightsSha256);
    // And as one behind the first end does.
    await train('third', '--epochs', '2');
    const checkpoint = readFileSync(join(place('third'), 'checkpoint.safetensors'));
    await more('third', '--epochs', '4');
    rmSync(join(place('third'), 'result.json'));
    rmSync(join(place('third'), 'checkpoint.previous.safetensors'));
    writeFileSync(join(place('third'), 'checkpoint.safetensors'), checkpoint);
    expect((await more('third')).code).toBe(0);
    expect(json('third', 'result.json').weightsSha256).toBe(weightsSha256);
  });

  it('differs from a run that was to have so many from the start', async () => {
    await train('four', '--epochs', '4');
    expect(await diff('run', 'four')).toMatch(/^other configuration: epochsBefore \[2\] vs -; /);
  });

  it('can have more again, and never fewer', async () => {
    expect((await more('run', '--epochs', '3')).err).toContain(
      'has finished 4 epochs; it can have more than these, not 3',
    );
    expect((await more('run', '--epochs', '5')).code).toBe(0);
    expect(json('run', 'config.json')).toMatchObject({ epochs: 5, epochsBefore: [2, 4] });
  });

  it('alone can: one that has not finished, and a comparison, keep their number', async () => {
    await train('open', '--epochs', '2');
    rmSync(join(place('open'), 'result.json'));
    const { code, err } = await more('open', '--epochs', '4');
    expect([code, err]).toEqual([2, expect.stringContaining('has not finished its 2 epochs: leave it out to go on')]);
  });
});

describe('a run that begins with weights of another', () => {
  const begin = (out: string, from: string, widths = '12,8') =>
    trainOf(widths, out, '--epochs', '1', '--seed', '1', '--init-from', place(from));

  beforeAll(async () => {
    await train('base', '--epochs', '1');
  });

  it('takes those that fit, lists the others, and is told apart by them', async () => {
    const { code, err } = await begin('tuned', 'base', '12,20');
    expect(code).toBe(0);
    const misfit = 'initial weights that do not fit: stage2.linear.weight is [8, 12] there and [20, 12] here; ';
    expect(err).toContain(`begins with 8 tensors of ${place('base')}; ${misfit}`);
    expect(err).toContain('head.main.weight is [10, 8] there and [10, 20] here');
    expect(json('tuned', 'config.json')).toMatchObject({
      initFrom: place('base'),
      initSha256: json('base', 'result.json').weightsSha256,
    });
    await trainOf('12,20', 'drawn', '--epochs', '1', '--seed', '1');
    expect(await diff('tuned', 'drawn')).toMatch(
      /^other configuration: initSha256 \w{12} vs -; other results from epoch 1/,
    );
  });

  it('takes a file of tensors, such as PyTorch writes', async () => {
    const { tensors } = decodeSafetensors(readFileSync(join(place('base'), 'checkpoint.safetensors')), 'base');
    const weights = new Map([...tensors].filter(([name]) => !name.startsWith('optimizer.')));
    writeFileSync(place('weights.safetensors'), encodeSafetensors({ tensors: weights, metadata: {} }));
    await begin('of-file', 'weights.safetensors');
    await begin('of-run', 'base');
    expect(json('of-file', 'result.json').weightsSha256).toBe(json('of-run', 'result.json').weightsSha256);
  });

  it('does not need them to go on, and refuses others in their place', async () => {
    await train('source', '--epochs', '1', '--seed', '5');
    await begin('held', 'source');
    await train('source', '--epochs', '1', '--seed', '6', '--force');
    expect((await fromConfig('held', 'held2')).err).toMatch(
      /--init-from: .* has the weights \w{64}, but the run began with \w{64} \(initSha256\)/,
    );
    rmSync(place('source'), { recursive: true });
    expect((await more('held', '--epochs', '2')).code).toBe(0);
    expect((await more('held', '--epochs', '2', '--init-from', place('base'))).err).toContain(
      `--init-from: ${place('base')} differs from ${place('source')}`,
    );
    expect((await begin('none', 'source')).err).toContain(
      `--init-from: cannot read ${place('source')}: there is no such`,
    );
  });
});
