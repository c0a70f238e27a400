/** Runs whose images are augmented by steps: a file is read once, and a resumed run ends with the same bits. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-augment-'));
afterAll(() => rmSync(folder, { recursive: true }));
const json = (...names: string[]) => JSON.parse(readFileSync(join(folder, ...names), 'utf8'));

async function train(...argv: string[]) {
  const terminal = new Recorder();
  const code = await runProgram(['train', ...argv, '--threads', '1', '--quiet'], terminal);
  return { code, err: terminal.errors };
}

const small = [
  '--limit',
  '80,20',
  '--batch',
  '20',
  '--T',
  '1',
  '--model',
  'mlp',
  '--widths',
  '16',
  '--method',
  'vanilla',
];

test('steps of a file are those of the run, whatever becomes of the file, and mixtures go on after a resume', async () => {
  const file = join(folder, 'steps.yaml');
  writeFileSync(file, 'augment:\n  - crop:2\n  - randaugment\n  - mixup:alpha=0.4\n  - cutmix\n');
  const out = (name: string) => ['--out', join(folder, name)];
  expect(await train(...small, '--augment', file, '--epochs', '2', ...out('whole'))).toMatchObject({ code: 0 });
  const { augment } = json('whole', 'config.json');
  expect(augment).toMatch(/^crop:2\+randaugment:operations=2,magnitude=9,.*\+mixup:alpha=0.4,probability=1\+cutmix:/);

  const half = ['--augment', augment, '--epochs', '1', '--schedule', 'constant'];
  expect(await train(...small, ...half, ...out('part'))).toMatchObject({ code: 0 });
  writeFileSync(file, 'augment: [flip]\n');
  expect(await train('--resume', '--epochs', '2', ...out('part'))).toMatchObject({ code: 0 });
  const again = ['--augment', augment, '--epochs', '2', '--schedule', 'constant'];
  expect(await train(...small, ...again, ...out('again'))).toMatchObject({ code: 0 });
  expect(json('part', 'result.json').weightsSha256).toBe(json('again', 'result.json').weightsSha256);

  expect(
    await train(...small, '--augment', 'none', '--epochs', '2', '--schedule', 'constant', ...out('none')),
  ).toMatchObject({ code: 0 });
  expect(json('none', 'result.json').weightsSha256).not.toBe(json('again', 'result.json').weightsSha256);
});
