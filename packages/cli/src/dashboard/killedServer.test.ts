/** A run whose page's server is killed in its middle. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-killed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tiny = ['--limit', '20,10', '--batch', '10', '--width', '0.0625', '--T', '1', '--threads', '1', '--epochs', '3'];
const train = (name: string, terminal: Recorder, ...more: string[]) =>
  runProgram(['train', ...tiny, '--out', join(folder, name), ...more], terminal);
const files = (name: string) => {
  const read = (file: string) => readFileSync(join(folder, name, file), 'utf8');
  return { weights: JSON.parse(read('result.json')).weightsSha256, steps: read('steps.jsonl') };
};

it('a server that dies while a run trains changes no bit of it, and is told of once', async () => {
  expect(await train('alone', new Recorder())).toBe(0);
  // The server's, which is the first that starts.
  const started = new Promise<Worker>((resolve) => process.once('worker', resolve));
  const terminal = new Recorder();
  const ended = train('watched', terminal, '--dashboard');
  const thread = await started;
  const gone = new Promise((resolve) => thread.once('exit', resolve));
  const { write } = terminal.error;
  let isKilled = false;
  terminal.error.write = (text) => {
    write(text);
    // In the middle: the first epoch's line is told, and two are to come.
    if (!isKilled && /epoch 1\D/.test(text)) {
      isKilled = true;
      void thread.terminate();
    }
  };
  expect(await ended).toBe(0);
  await gone;
  expect(isKilled).toBe(true);
  expect(terminal.errors.match(/the page has ended; the run goes on without it/g)).toHaveLength(1);
  expect(files('watched')).toEqual(files('alone'));
});
