/** The program with standard streams that break; terminals that close are tried by npm run terminal-test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, '../../bin/kestirme.mjs');
const folder = mkdtempSync(join(tmpdir(), 'kestirme-streams-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small = ['--limit', '60,20', '--batch', '10', '--width', '0.125', '--T', '1', '--threads', '1'];
const train = (dir: string, epochs: number) => ['train', ...small, '--epochs', `${epochs}`, '--out', dir];
const has = (dir: string, name: string) => existsSync(join(dir, name));
/** Of the result; it is written last. */
const weights = (dir: string) => JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8')).weightsSha256;

/** Runs the program with a full disk in the place of one of its streams; `told` is what stands on the other one. */
async function onFullDisk(stream: 'stdout' | 'stderr', args: string[]) {
  const full = openSync('/dev/full', 'w');
  const stdio = stream === 'stdout' ? (['ignore', full, 'pipe'] as const) : (['ignore', 'pipe', full] as const);
  const child = spawn(process.execPath, [program, ...args], { stdio: [...stdio] });
  closeSync(full);
  let told = '';
  (child.stdout ?? child.stderr)?.setEncoding('utf8').on('data', (text) => {
    told += text;
  });
  const [code] = await once(child, 'close');
  return { code, told };
}

/** Runs the program, with nobody to read either stream from when `ready` on; then it gets `signal`. */
async function unread(args: string[], ready: () => boolean, signal?: NodeJS.Signals) {
  // By itself: a shell that was started by nohup would be the parent's, not the program's.
  const { _, ...env } = process.env;
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  while (!ready() && child.exitCode === null) await pause(10);
  child.stdout.destroy();
  child.stderr.destroy();
  if (signal !== undefined) child.kill(signal);
  const [code] = await ended;
  return code;
}

describe.runIf(process.platform !== 'win32')('when nobody reads its streams any more, a run', () => {
  it('goes on to its result', async () => {
    const dir = join(folder, 'unread');
    expect(await unread(train(dir, 3), () => has(dir, 'metrics.jsonl'))).toBe(0);
    expect(weights(dir)).toMatch(/^[\da-f]{64}$/);
  }, 60_000);

  it.each([
    ['SIGTERM', 143, '--quiet'],
    ['SIGHUP', 129, '--no-quiet'],
  ] as const)(
    'ends at %s with a checkpoint, code %i and no lock (%s)',
    async (signal, code, quiet) => {
      const dir = join(folder, signal);
      const args = [...train(dir, 10_000), quiet];
      expect(await unread(args, () => has(dir, 'metrics.jsonl'), signal)).toBe(code);
      expect([has(dir, 'checkpoint.safetensors'), has(dir, 'run.lock')]).toEqual([true, false]);
    },
    60_000,
  );

  it('is not alone: other commands succeed', async () => {
    expect(await unread(['data', 'list'], () => true)).toBe(0);
  }, 60_000);
});

describe.runIf(existsSync('/dev/full'))('on a full disk', () => {
  const lost = /^kestirme: standard output could not be written: [^\n]+\(ENOSPC\); [^\n]+\n$/;

  it('progress is left out', async () => {
    const dir = join(folder, 'full');
    const { code, told } = await onFullDisk('stderr', train(dir, 2));
    expect(told).toContain(weights(dir));
    expect(code).toBe(0);
  }, 60_000);

  it('a result that cannot be told is in its folder, and the program fails with a message', async () => {
    const dir = join(folder, 'full result');
    const { code, told } = await onFullDisk('stdout', [...train(dir, 2), '--quiet']);
    expect(told).toMatch(lost);
    expect(code).toBe(1);
    expect(weights(dir)).toMatch(/^[\da-f]{64}$/);
  }, 60_000);

  it('other commands fail with a message', async () => {
    const { code, told } = await onFullDisk('stdout', ['help', 'train']);
    expect(told).toMatch(lost);
    expect(code).toBe(1);
  }, 60_000);
});
