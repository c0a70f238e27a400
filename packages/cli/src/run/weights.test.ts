/** Runs whose checkpoints are damaged, lost or another run's: what reads them has the result's own weights or fails. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCheckpoint } from 'kestirme';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';
import { configurationHashes } from './fingerprint.js';
import { RunFolder } from './folder.js';
import { sampleCheckpoint } from './sample.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-weights-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = ['--limit', '30,10', '--batch', '10', '--width', '0.0625', '--T', '1', '--epochs', '2', '--threads', '1'];
const newest = 'checkpoint.safetensors';
const previous = 'checkpoint.previous.safetensors';

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

const at = (...names: string[]) => join(folder, ...names);
const text = (...names: string[]) => readFileSync(at(...names), 'utf8');
const json = (...names: string[]) => JSON.parse(text(...names));
/** What a run has come to, without how long it took. */
const outcome = (name: string) => ({
  weights: json(name, 'result.json').weightsSha256,
  metrics: text(name, 'metrics.jsonl').replace(/"(seconds|imagesPerSecond|waitShare)":[^,}]*/g, ''),
});

function copyOf(name: string, copy: string): string {
  cpSync(at(name), at(copy), { recursive: true });
  return at(copy);
}

function damage(...path: string[]): void {
  const bytes = readFileSync(at(...path));
  bytes[bytes.length - 1] = 255 - (bytes.at(-1) ?? 0);
  writeFileSync(at(...path), bytes);
}

beforeAll(async () => {
  for (const seed of ['0', '1']) {
    const name = seed === '0' ? 'whole' : 'other';
    expect(await run('train', ...small, '--seed', seed, '--out', at(name), '--quiet')).toMatchObject({ code: 0 });
  }
}, 120_000);

const resumeLine = (dir: string) => `npx kestirme train --resume --out ${dir} trains the rest again`;
const againLine = (dir: string) => `npx kestirme train --force --config ${dir}/config.json --out ${dir}`;

describe('evaluate', () => {
  it('says what it measured: the result', async () => {
    const { code, out } = await run('evaluate', at('whole'), '--json', '--threads', '1');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      finished: true,
      checkpoint: { file: newest, epoch: 2, iteration: 0 },
      weightsSha256: outcome('whole').weights,
    });
  });

  it('says what it measured: where an unfinished run stands', async () => {
    const dir = copyOf('whole', 'unfinished');
    rmSync(join(dir, 'result.json'));
    damage('unfinished', newest);
    const { code, out, err } = await run('evaluate', dir, '--json', '--threads', '1');
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { finished: false, checkpoint: { file: previous, epoch: 1, iteration: 0 } },
    ]);
    expect(err).toContain(`falling back on ${join(dir, previous)}, after 1 epoch`);
    const words = await run('evaluate', dir, '--threads', '1');
    expect(words.out).toMatch(/\ncheckpoint after 1 epoch of 2: the run has not finished\n$/);
  });

  it('measures the network that was trained, not what config.json was made to say', async () => {
    const dir = copyOf('whole', 'edited');
    const config = json('edited', 'config.json');
    writeFileSync(join(dir, 'config.json'), JSON.stringify({ ...config, threshold: 3, width: 0.125, timeSteps: 2 }));
    const [before, after] = await Promise.all(
      [at('whole'), dir].map(async (one) => JSON.parse((await run('evaluate', one, '--json', '--threads', '1')).out)),
    );
    expect({ ...after, run: '', imagesPerSecond: 0 }).toEqual({ ...before, run: '', imagesPerSecond: 0 });
  });

  it('of images that the network does not know says what it knows and what there is', async () => {
    const dir = copyOf('whole', 'smaller');
    rmSync(join(dir, 'result.json'));
    await new RunFolder(dir).checkpoints.write(openCheckpoint(sampleCheckpoint(1)));
    expect(await run('evaluate', dir)).toMatchObject({
      code: 2,
      err:
        `kestirme: --data: builtin has images of 1x32x32 in 10 classes, but the run in ${dir} knows images of 1x8x8 ` +
        'in 10 classes\n',
    });
  });
});

describe.each([
  ['damaged', damage],
  ['gone', (...path: string[]) => rmSync(at(...path))],
])('a finished run whose last checkpoint is %s', (what, spoil) => {
  const name = `last ${what}`.replace(' ', '-');

  it('is not measured', async () => {
    spoil(copyOf('whole', name).slice(folder.length + 1), newest);
    const { code, out, err } = await run('evaluate', at(name), '--json', '--threads', '1');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(
      `${at(name, previous)} stands after 1 epoch of 2 epochs and has not the weights of the result`,
    );
    expect(err).toContain(resumeLine(at(name)));
  });

  it('trains the rest again, to the same bits', async () => {
    const { code, err } = await run('train', '--resume', '--out', at(name), '--threads', '1');
    expect([code, err]).toEqual([0, expect.stringContaining('going on after 1 epoch, of 2 epochs')]);
    expect(outcome(name)).toEqual(outcome('whole'));
    expect(await run('evaluate', at(name), '--threads', '1')).toMatchObject({ code: 0, err: '' });
  });
});

it('a run that is stopped while it trains its rest again has not finished, and goes on to the same bits', async () => {
  const dir = copyOf('whole', 'stopped');
  damage('stopped', newest);
  const terminal = new Recorder();
  const { write } = terminal.error;
  terminal.error.write = (line) => {
    write(line);
    if (line.includes('going on after 1 epoch')) process.emit('SIGINT');
  };
  expect(await runProgram(['train', '--resume', '--out', dir], terminal)).toBe(130);
  expect(existsSync(join(dir, 'result.json'))).toBe(false);
  expect(await run('train', '--resume', '--out', dir, '--threads', '1')).toMatchObject({ code: 0 });
  expect(outcome('stopped')).toEqual(outcome('whole'));
});

it('a run that comes to other weights than before says so', async () => {
  const dir = copyOf('whole', 'strange');
  rmSync(join(dir, newest));
  const result = json('strange', 'result.json');
  writeFileSync(join(dir, 'result.json'), JSON.stringify({ ...result, weightsSha256: 'ab'.repeat(32) }));
  const { code, err } = await run('train', '--resume', '--out', dir, '--threads', '1');
  expect(err).toContain(`come to the weights ${outcome('whole').weights}, where it had ${'ab'.repeat(32)}`);
  expect([code, outcome('strange')]).toEqual([1, outcome('whole')]);
});

describe.each([
  ['damaged', damage],
  ['gone', (...path: string[]) => rmSync(at(...path))],
])('a finished run whose two checkpoints are %s', (what, spoil) => {
  const name = `both-${what}`;

  it('fails, says how to have its weights again, and stays as it is', async () => {
    copyOf('whole', name);
    for (const file of [newest, previous]) spoil(name, file);
    for (const argv of [
      ['evaluate', at(name)],
      ['train', '--resume', '--out', at(name)],
    ]) {
      const { code, out, err } = await run(...argv, '--threads', '1');
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(`${againLine(at(name))} trains the run again, to the same weights`);
    }
    expect(outcome(name)).toEqual(outcome('whole'));
    // What was recorded is whole: it takes no weights to draw and to compare it.
    expect(await run('report', at(name))).toMatchObject({ code: 0 });
    expect(await run('diff', at('whole'), at(name))).toMatchObject({ code: 0 });
  });

  it('has them again after that', async () => {
    const [, , ...argv] = againLine(at(name)).split(' ');
    expect(await run(...argv, '--threads', '1')).toMatchObject({ code: 0 });
    expect(outcome(name)).toEqual(outcome('whole'));
    expect(await run('evaluate', at(name), '--threads', '1')).toMatchObject({ code: 0, err: '' });
  });
});

describe('a run folder put together from two runs', () => {
  it('with the checkpoint of another one is not measured, and has not finished', async () => {
    const dir = copyOf('whole', 'mixed');
    cpSync(at('other', newest), join(dir, newest));
    for (const argv of [
      ['evaluate', dir],
      ['train', '--resume', '--out', dir],
    ]) {
      const { code, out, err } = await run(...argv, '--threads', '1');
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(`${join(dir, newest)} has the weights ${outcome('other').weights}, but`);
    }
  });

  it.each([
    ['result.json', 'says seed 0, but'],
    ['config.json', 'says seed 1, but'],
  ])('with the %s of another one is not reported', async (file, message) => {
    const dir = copyOf('whole', `mixed-${file}`);
    cpSync(at('other', file), join(dir, file));
    const metrics = json('other', 'result.json').testAccuracy === json('whole', 'result.json').testAccuracy;
    const { code, err } = await run('report', dir);
    expect(err).toContain(metrics || file === 'config.json' ? message : 'ends with the test accuracy');
    expect(code).toBe(1);
  });

  it('or with options changed afterwards is not reported', async () => {
    const dir = copyOf('whole', 'changed');
    writeFileSync(join(dir, 'config.json'), JSON.stringify({ ...json('changed', 'config.json'), lr: 0.2 }));
    expect(await run('report', dir)).toMatchObject({
      code: 1,
      err: expect.stringContaining('config.json is not the configuration that'),
    });
  });

  it('of a version that had fewer options is one run', async () => {
    const dir = copyOf('whole', 'older');
    const { validation, ...older } = json('older', 'config.json');
    const result = json('older', 'result.json');
    result.fingerprint.configuration = configurationHashes(older);
    writeFileSync(join(dir, 'config.json'), JSON.stringify(older));
    writeFileSync(join(dir, 'result.json'), JSON.stringify(result));
    expect([validation, await run('report', dir)]).toMatchObject([0, { code: 0 }]);
  });

  it('or with fewer epochs than its result is not compared', async () => {
    const dir = copyOf('whole', 'cut');
    writeFileSync(join(dir, 'metrics.jsonl'), `${text('cut', 'metrics.jsonl').split('\n')[0]}\n`);
    for (const argv of [
      ['report', dir],
      ['diff', at('whole'), dir],
    ]) {
      expect((await run(...argv)).err).toContain('metrics.jsonl has 1 epochs, but');
    }
  });
});
