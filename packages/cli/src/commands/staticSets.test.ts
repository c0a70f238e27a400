/** Runs to their results on images in files of other programs, and on of a limit no more than it asks for. */
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const golden = join(import.meta.dirname, '../../../../test/golden');
const digits = join(import.meta.dirname, '../../../datasets/data');
const folder = mkdtempSync(join(tmpdir(), 'kestirme-sets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = ['--batch', '3', '--model', 'mlp', '--widths', '12,8', '--epochs', '1', '--threads', '1'];

async function train(out: string, data: string, ...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(['train', ...small, '--out', join(folder, out), '--data', data, ...argv], terminal);
  return { code, text: terminal.output + terminal.errors };
}

const json = (...path: string[]) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));

const made = (...path: string[]) => {
  mkdirSync(join(folder, ...path), { recursive: true });
  return join(folder, ...path);
};

describe('CIFAR-10 as torchvision has it', () => {
  const root = made('torchvision');
  const batches = made('torchvision/cifar-10-batches-py');
  writeFileSync(join(batches, 'test_batch'), gunzipSync(readFileSync(join(golden, 'cifar/whole.gz'))));
  for (const i of [1, 2, 3, 4, 5]) linkSync(join(batches, 'test_batch'), join(batches, `data_batch_${i}`));

  it('is trained on, of a limit no more than that, and says what the images need', async () => {
    const { code, text } = await train('cifar', `cifar10:${root}`, '--limit', '20,10');
    expect([code, text]).toEqual([0, expect.stringContaining('images in memory: 90.1 KiB, one copy for all threads')]);
    expect(json('cifar', 'result.json')).toMatchObject({ dataset: 'cifar10', epochs: 1 });
    const { files } = json('cifar', 'fingerprint.json').data;
    expect(files).toMatchObject([{ name: 'data_batch_1', part: { images: 20, of: 10_000 } }, { name: 'test_batch' }]);
    const again = await train('cifar', `cifar10:${root}`, '--limit', '20,10', '--resume');
    expect(again.code).toBe(0);
  });

  it('goes on where a version before began, which hashed whole files', async () => {
    await train('old', `cifar10:${root}`, '--limit', '20,10');
    const fingerprint = json('old', 'fingerprint.json');
    const whole = { bytes: 30_990_000, sha256: '0'.repeat(64) };
    fingerprint.data.files = ['data_batch_1', 'test_batch'].map((name) => ({ name, ...whole }));
    writeFileSync(join(folder, 'old', 'fingerprint.json'), JSON.stringify(fingerprint));
    rmSync(join(folder, 'old', 'result.json'));
    // All of the files are hashed, and are not what they were made out to be.
    const { code, text } = await train('old', `cifar10:${root}`, '--limit', '20,10', '--resume');
    expect([code, text]).toEqual([2, expect.stringContaining('data_batch_1 is not what the run in')]);
    expect(text).toContain(`was ${'0'.repeat(64)}`);
  });
});

it.skipIf(process.platform === 'win32').each(['fashion-mnist', 'kmnist'])('%s is trained on', async (name) => {
  const raw = made(name, 'raw');
  for (const part of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']) {
    symlinkSync(join(digits, `${part}-ubyte.gz`), join(raw, `${part}-ubyte.gz`));
  }
  expect((await train(`${name}-run`, `${name}:${join(folder, name)}`, '--limit', '20,10')).code).toBe(0);
  expect(json(`${name}-run`, 'result.json').dataset).toBe(name);
});

it.each([
  ['set-last.npz', '2'],
  ['set-floats.npz', '2'],
  ['set-frames.npz', '3'],
])('arrays of NumPy are trained on: %s', async (name, steps) => {
  const { code, text } = await train(name, `npz:${join(golden, 'arrays', name)}`, '--T', steps);
  expect([code, text]).toEqual([0, expect.anything()]);
  expect(json(name, 'result.json').dataset).toBe('npz');
});
