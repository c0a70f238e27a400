/** Runs that versions before began: what this one makes of them, as somebody meets it at the command line. */
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors } from 'kestirme';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { RunFolder } from '../run/folder.js';
import { Recorder } from '../terminal/recorder.test.support.js';
import { unpackOldRun } from './oldRuns.test.support.js';

/** With what the run of schema 2 ended. */
const finished = 'a317def3c4cba959b1f2ce94ee0f07a44faba40ff7874560fec42d54939afbb4';
/** To what they go on, and what they give when trained again. It changes where a release means to, as `kestirme verify` tells. */
const goneOn = {
  1: 'bb9ae553298c2730691ddd1a06016a408642194add62ff650c6355771cd90580',
  2: '9d511668abc7f1d06e8fb87452c43e9d6ca46983f807f1dd10462e24212edfeb',
};
const again = {
  1: '46e448b3c3b6545fdf7c0877ba9550dde4a85a9ef2f8d67ece19f758025b3b71',
  2: '2c91474ba286eb2478e7cf257a996200c83bed75da4b11b641240d026477e13d',
};

const root = mkdtempSync(join(tmpdir(), 'kestirme-old-'));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;
const newFolder = () => join(root, String(made++));
const read = (dir: string, name: string) => JSON.parse(readFileSync(join(dir, name), 'utf8'));

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

describe.each([1, 2] as const)('a run of schema %i', (schema) => {
  let dir: string;
  beforeAll(() => {
    dir = unpackOldRun(schema, newFolder());
  });

  it('is evaluated', async () => {
    const { code, out, err } = await run('evaluate', dir, '--threads', '1', '--json');
    expect([code, err]).toEqual([0, '']);
    const now = JSON.parse(out);
    expect(now).toMatchObject({ finished: schema === 2, images: 20 });
    if (schema === 2) expect(now).toMatchObject({ weightsSha256: finished, testAccuracy: 0.15 });
  });

  it('is drawn', async () => {
    expect(await run('report', dir)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(dir, 'report.html'), 'utf8')).toContain('resnet20');
  });

  it('is compared, and nobody is said to have changed it', async () => {
    const { code, out } = await run('diff', dir, unpackOldRun(schema, newFolder()));
    expect(out).toBe(
      schema === 1
        ? 'same results as far as both runs go: 1 epoch agree to the bit\n'
        : 'same results: 2 epochs and the final weights a317def3c4cb agree to the bit\n',
    );
    expect(code).toBe(0);
  });

  it('goes on, in a folder of the present form', async () => {
    const unfinished = unpackOldRun(schema, newFolder(), schema === 2 ? ['result.json', 'checkpoint.safetensors'] : []);
    const { code, err } = await run('train', '--resume', '--out', unfinished, '--threads', '1');
    expect(err).toContain(`going on after 1 epoch${schema === 1 ? ' and 1 step' : ''}, of 2 epochs`);
    expect(code).toBe(0);
    expect(read(unfinished, 'result.json').weightsSha256).toBe(goneOn[schema]);
    const checkpointEvery = schema === 1 ? '1epoch,1step' : '1epoch';
    expect(read(unfinished, 'config.json')).toMatchObject({
      schema: 3,
      neuron: 'lif',
      norm: 'bn',
      validation: 0,
      checkpointEvery,
    });
    if (schema === 1) return;
    const { result } = await new RunFolder(dir).read();
    const kernels = { backend: 'wasm', simd: 'simd128' };
    expect(result).toMatchObject({ ...kernels, fingerprint: { sessions: [kernels] } });
    expect(read(unfinished, 'fingerprint.json').sessions[0]).toEqual(result.fingerprint?.sessions[0]);
    const told = await run('diff', dir, unfinished);
    expect(told.out).toMatch(
      /^same configuration and data, other kernels: .*; same results up to epoch 1; in epoch 2: /,
    );
    expect(told.out).not.toContain('is not the configuration');
  }, 60_000);

  it('trains again from its config.json', async () => {
    const other = newFolder();
    const argv = ['--config', join(dir, 'config.json'), '--out', other, '--threads', '1', '--quiet'];
    expect((await run('train', ...argv)).code).toBe(0);
    expect(read(other, 'result.json').weightsSha256).toBe(again[schema]);
  }, 60_000);
});

it('a finished one has nothing to go on with', async () => {
  const { code, err } = await run('train', '--resume', '--out', unpackOldRun(2, newFolder()), '--threads', '1');
  expect([code, err]).toEqual([0, expect.stringContaining('has finished: 2 epochs')]);
});

describe('a comparison of one network and one T', () => {
  const dir = newFolder();
  beforeAll(() => {
    const { model, seed, method, timeSteps, lambda, ...rest } = read(
      unpackOldRun(2, join(dir, 'evolution-seed0')),
      'config.json',
    );
    const config = { ...rest, model, timeSteps, methods: [method], seeds: [seed], heads: undefined };
    writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  });

  it('is drawn, compared and gone on with', async () => {
    expect(await run('report', dir)).toMatchObject({ code: 0, err: '' });
    const { code, out } = await run('diff', dir, dir);
    expect([code, out]).toEqual([0, expect.stringMatching(/^evolution-seed0: same results: 2 epochs/)]);
    expect((await run('compare', '--resume', '--out', dir, '--threads', '1')).err).toContain('finished before');
    expect(read(dir, 'config.json')).toMatchObject({ schema: 3, models: ['resnet20'], timeSteps: [1] });
  });

  it('that began with another default of lambda keeps it', async () => {
    const other = newFolder();
    cpSync(dir, other, { recursive: true });
    const config = read(dir, 'config.json');
    writeFileSync(join(other, 'config.json'), JSON.stringify({ ...config, lambda: undefined }));
    const own = join(other, 'evolution-seed0');
    const lambda = 'evo-rise,linear,epoch,0.25';
    writeFileSync(join(own, 'config.json'), JSON.stringify({ ...read(own, 'config.json'), lambda }));
    writeFileSync(join(own, 'result.json'), JSON.stringify({ ...read(own, 'result.json'), fingerprint: undefined }));
    const resume = ['compare', '--resume', '--out', other, '--threads', '1'];
    expect((await run(...resume, '--lambda', 'sbp')).code).toBe(2);
    expect((await run(...resume, '--lambda', 'evo-decay')).err).toContain(`differs from ${lambda} in `);
    expect(await run(...resume)).toMatchObject({ code: 0, err: expect.stringContaining('finished before') });
    expect(read(other, 'config.json').lambda).toBe(lambda);
  });
});

describe('a run of a version to come', () => {
  const commands = (dir: string) => [
    ['evaluate', dir],
    ['report', dir],
    ['diff', dir, dir],
    ['train', '--resume', '--out', dir],
    ['train', '--config', join(dir, 'config.json'), '--out', join(root, 'none')],
    ['compare', '--resume', '--out', dir],
  ];

  it.each([
    [{ schema: 4, version: '9.1.0' }, '4, of a newer program than this one (version 0.1.0), which reads 1 to 3: take '],
    [{ schema: '2' }, '"2", not a whole number from 1 to 3'],
    [{ schema: 1.5 }, '1.5, not a whole number from 1 to 3'],
    [{ schema: null }, 'null, not a whole number from 1 to 3'],
  ])('with %j is refused with what to do', async (changes, reason) => {
    const dir = unpackOldRun(2, newFolder());
    const file = join(dir, 'config.json');
    writeFileSync(file, JSON.stringify({ ...read(dir, 'config.json'), ...changes }));
    for (const argv of commands(dir)) {
      const { code, err } = await run(...argv);
      expect([argv[0], code, err]).toEqual([
        argv[0],
        2,
        expect.stringContaining(`kestirme: ${file}: schema is ${reason}`),
      ]);
      expect(err.trimEnd().split('\n')).toHaveLength(1);
      if ('version' in changes) expect(err).toContain('take the program that wrote it (version 9.1.0)');
    }
  });

  it('with checkpoints that this one cannot read is drawn and compared, and otherwise refused', async () => {
    const dir = unpackOldRun(2, newFolder(), ['checkpoint.previous.safetensors']);
    const name = join(dir, 'checkpoint.safetensors');
    const file = decodeSafetensors(readFileSync(name), name);
    file.metadata['kestirme.version'] = '3';
    renameSync(name, `${name}.before`);
    writeFileSync(name, encodeSafetensors(file));
    expect((await run('report', dir)).code).toBe(0);
    expect((await run('diff', dir, dir)).code).toBe(0);
    for (const argv of [
      ['evaluate', dir],
      ['train', '--resume', '--out', dir],
    ]) {
      const { code, err } = await run(...argv, '--threads', '1');
      expect(err).toContain('has checkpoint version 3, this program reads versions 1 to 2: use the one that wrote it');
      expect(err.trimEnd().split('\n')).toHaveLength(1);
      expect(code).toBe(1);
    }
  });
});
