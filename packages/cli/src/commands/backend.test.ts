/** Which kernels compute: how that is chosen, told and kept. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from 'kestirme';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { runProgram } from '../app.js';
import { kernelsLine } from '../program/engine.js';
import { Recorder } from '../terminal/recorder.test.support.js';
import { tellFallback } from './session.js';

const root = mkdtempSync(join(tmpdir(), 'kestirme-backend-'));
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

const small = ['--limit', '30,10', '--batch', '10', '--width', '0.0625', '--T', '1', '--epochs', '1', '--threads', '1'];
const read = (dir: string, name: string) => JSON.parse(readFileSync(join(dir, name), 'utf8'));
const wasm = { backend: 'wasm', simd: 'simd128' };

it.each([
  ['start', []],
  ['train', []],
  ['compare', []],
  ['evaluate', ['run']],
  ['inspect', ['resnet20']],
])('%s refuses a backend that there is not, and its help names those that there are', async (command, argv) => {
  expect(await run(command, ...argv, '--backend', 'gpu')).toEqual({
    code: 2,
    out: '',
    err: "kestirme: --backend: 'gpu' is not one of auto, native, wasm\n",
  });
  const help = (await run('help', command)).out.replace(/\s+/g, ' ');
  expect(help).toMatch(/--backend NAME [^[]*\(auto \| native \| wasm\) \[default: KESTIRME_BACKEND, else auto\]/);
});

it('a run tells its kernels, and keeps them with the result but not with its options', async () => {
  const dir = join(root, 'run');
  const { code, err } = await run('train', ...small, '--backend', 'wasm', '--out', dir);
  expect([code, err.split('\n').filter((line) => line.startsWith('kernels:'))]).toEqual([0, ['kernels: wasm simd128']]);
  expect(read(dir, 'config.json')).not.toHaveProperty('backend');
  expect(read(dir, 'result.json')).toMatchObject({ ...wasm, fingerprint: { sessions: [wasm] } });
  const evaluated = await run('evaluate', dir, '--backend', 'wasm');
  expect([evaluated.code, evaluated.err]).toEqual([0, '']);
  expect(evaluated.out).toContain(' images/s, wasm simd128)\n');
  expect(JSON.parse((await run('evaluate', dir, '--backend', 'wasm', '--json')).out)).toMatchObject(wasm);
  expect(readFileSync(join(dir, 'report.html'), 'utf8')).toContain('>wasm simd128<');
});

it('goes on in WebAssembly, saying why, where native kernels do not load, and refuses where they were asked for', async () => {
  // No build has this name, so none loads, whether or not there are any.
  vi.stubEnv('KESTIRME_SIMD', 'none');
  const dir = join(root, 'auto');
  const { code, err } = await run('train', ...small, '--backend', 'auto', '--out', dir);
  expect([code, err.match(/^kernels: .*$/gm)]).toEqual([
    0,
    [expect.stringMatching(/^kernels: wasm simd128, not native: \S.+$/)],
  ]);
  const evaluated = await run('evaluate', dir, '--backend', 'auto');
  expect([evaluated.code, evaluated.err]).toEqual([
    0,
    expect.stringMatching(/^kernels: wasm simd128, not native: .+\n$/),
  ]);
  expect((await run('evaluate', dir, '--backend', 'auto', '--quiet')).err).toBe('');
  expect((await run('inspect', 'resnet20', '--backend', 'auto')).err).toBe(evaluated.err);
  expect(await run('evaluate', dir, '--backend', 'native')).toEqual({
    code: 1,
    out: '',
    err: expect.stringMatching(/^kestirme: no native kernels: .+\n$/),
  });
});

it('a comparison tells them once, and not when it is to be quiet', async () => {
  const dir = join(root, 'comparison');
  const argv = ['compare', ...small, '--methods', 'vanilla,shortcut', '--backend', 'wasm', '--out', dir];
  const { code, err } = await run(...argv);
  expect([code, err.match(/kernels/g)]).toEqual([0, ['kernels']]);
  expect(read(dir, 'config.json')).not.toHaveProperty('backend');
  expect(await run('compare', '--resume', '--quiet', '--backend', 'wasm', '--out', dir)).toMatchObject({
    code: 0,
    err: '',
  });
});

it('no file may choose them', async () => {
  const file = join(root, 'options.yaml');
  writeFileSync(file, 'backend: wasm\n');
  const { code, err } = await run('train', '--config', file);
  expect([code, err]).toEqual([2, `kestirme: ${file}: backend belongs on the command line, not in a file\n`]);
});

it('says why they are not native where those were to be taken', () => {
  const engine = { backend: 'wasm', simd: 'simd128', backendNote: 'It is not built.\n  Build it.' } as const;
  expect(kernelsLine(engine)).toBe('kernels: wasm simd128, not native: It is not built. Build it.');
  expect(kernelsLine({ backend: 'native', simd: 'avx2', backendNote: null })).toBe('kernels: native avx2');
  const told = (output: { quiet: boolean; json: boolean }, changes: Partial<Engine> = {}) => {
    const terminal = new Recorder({});
    tellFallback({ ...engine, ...changes }, output, terminal);
    return terminal.errors;
  };
  expect(told({ quiet: false, json: false })).toBe('kernels: wasm simd128, not native: It is not built. Build it.\n');
  expect(told({ quiet: true, json: false }) + told({ quiet: false, json: true })).toBe('');
  expect(told({ quiet: false, json: false }, { backendNote: null })).toBe('');
});
