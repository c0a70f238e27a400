// What the runs of npm run terminal-test train, and how far they are. All training is small; what counts is how it ends.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { windows } from './process.mjs';

const has = (...path) => existsSync(join(...path));
const weights = (...path) => JSON.parse(readFileSync(join(...path, 'result.json'), 'utf8')).weightsSha256;

/** A run whose only checkpoint is the one that a signal makes it take. */
const run = (options) => ({
  args: (dir) => ['train', ...options, '--threads', '1', '--checkpoint-every', '100epochs', '--out', dir],
  undisturbed: (dir) => run(options).args(dir),
  resume: (dir) => ['train', '--resume', '--out', dir],
  hasCheckpoint: (dir) => has(dir, 'checkpoint.safetensors'),
  isFinished: (dir) => has(dir, 'result.json'),
  weights: (dir) => weights(dir),
});

/** Many steps of milliseconds. */
export const shortSteps = {
  ...run(['--limit', '60,20', '--batch', '10', '--width', '0.125', '--T', '1', '--epochs', '30']),
  /** Well before its end; `screen` is what its terminal shows. */
  hasBegun: (dir) => has(dir, 'metrics.jsonl'),
};

/** Two steps of seconds, so that a person has the time to press a key twice. */
export const longSteps = {
  ...run(['--limit', '600,20', '--batch', '300', '--T', '4', '--epochs', '1']),
  /** The second step is under way. */
  hasBegun: (_, screen) => /1\/2 {2}loss/.test(screen),
};

const firstRun = 'vanilla-seed0';
/** What npm start does, in its shortest form. It is disturbed in the first of its runs. */
export const comparison = {
  args: (dir) => ['--epochs', '1', '--out', dir],
  undisturbed: (dir) => ['start', ...comparison.args(dir)],
  resume: (dir) => ['compare', '--resume', '--out', dir],
  hasBegun: (dir) => has(dir, firstRun, 'fingerprint.json'),
  hasCheckpoint: (dir) => has(dir, firstRun, 'checkpoint.safetensors'),
  isFinished: (dir) => has(dir, 'compare.json'),
  weights: (dir) => weights(dir, firstRun),
};

/** Number of the process that trains in `dir`; undefined when none says so. */
export function ownerOf(dir) {
  const file = join(dir, 'run.lock');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).pid : undefined;
}

/** Also false for a process that has ended and whose parent has not asked for its exit code. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    const status = `/proc/${pid}/status`;
    return windows || !existsSync('/proc/self/status') || !/^State:\s*Z/m.test(readFileSync(status, 'utf8'));
  } catch {
    return false;
  }
}
