// npm run tensorboard-test: a run's event files, read by TensorBoard's own reader (PyPI's tensorboard, in an environment of
// its own below target). Stopped and gone on with, the run has each step once.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { mustRun, root, runScript, windows } from './process.mjs';

const environment = join(root, 'target', 'tensorboard');
const python = join(environment, windows ? 'Scripts/python.exe' : 'bin/python');
const program = join(root, 'packages', 'cli', 'bin', 'kestirme.mjs');

async function bringTensorBoard() {
  if (existsSync(python) && spawnSync(python, ['-c', 'import tensorboard']).status === 0) return;
  await mustRun(windows ? 'python' : 'python3', ['-m', 'venv', environment]);
  await mustRun(python, ['-m', 'pip', 'install', '--quiet', 'tensorboard==2.21.0']);
}

function near(a, b) {
  return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));
}

await runScript(async () => {
  await build();
  await bringTensorBoard();
  const folder = mkdtempSync(join(tmpdir(), 'kestirme-tensorboard-'));
  try {
    const out = join(folder, 'run');
    const small = ['--limit', '40,20', '--batch', '10', '--width', '0.0625', '--T', '1', '--threads', '1', '--quiet'];
    const words = [program, 'train', ...small, '--out', out, '--tensorboard', join(folder, 'events')];
    await mustRun(process.execPath, [...words, '--epochs', '2']);
    // In a session of its own, with a file of its own.
    await mustRun(process.execPath, [...words, '--resume', '--epochs', '3']);
    const read = spawnSync(python, [join(root, 'scripts', 'read-events.py'), join(folder, 'events', 'run')], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    assert.equal(read.status, 0, read.stderr);
    const { scalars, histograms } = JSON.parse(read.stdout);
    const linesOf = (name) => readFileSync(join(out, name), 'utf8').trim().split('\n').map(JSON.parse);
    const [epochs, steps] = [linesOf('metrics.jsonl'), linesOf('steps.jsonl')];
    assert.deepEqual(
      scalars['step/loss'].map(([step]) => step),
      steps.map(({ step }) => step),
    );
    for (const [at, { loss }] of steps.entries()) assert(near(scalars['step/loss'][at][1], loss), `loss of step ${at}`);
    assert.deepEqual(
      scalars['accuracy/test, main head'].map(([step]) => step),
      [3, 7, 11],
    );
    for (const [at, { testAccuracy }] of epochs.entries()) {
      assert(near(scalars['accuracy/test, main head'][at][1], testAccuracy), `test accuracy of epoch ${at}`);
    }
    const { histogram, count, zeroShare } = epochs[0].gradients.weights['stem.conv.weight'];
    const counted = [...histogram.positive, ...histogram.negative].reduce((sum, n) => sum + n, 0) + zeroShare * count;
    const [, told, buckets] = histograms['gradient/stem.conv.weight'][0];
    assert(near(told, counted), `${told} entries in TensorBoard's histogram, ${counted} were counted`);
    assert(
      near(
        buckets.reduce((sum, n) => sum + n, 0),
        counted,
      ),
      'the buckets have other sums',
    );
    const [curves, bins] = [scalars, histograms].map((all) => Object.keys(all).length);
    console.log(`TensorBoard reads ${curves} curves and ${bins} histograms of the run.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
