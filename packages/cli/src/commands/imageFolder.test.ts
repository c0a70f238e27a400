/** Runs on folders of images of every format that is read, from the command line. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const golden = join(import.meta.dirname, '../../../../test/golden/images');
const folder = mkdtempSync(join(tmpdir(), 'kestirme-image-folder-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, ...names);
const result = (name: string) => JSON.parse(readFileSync(at(name, 'result.json'), 'utf8'));

async function train(out: string, ...argv: string[]) {
  const terminal = new Recorder({});
  const network = ['--model', 'mlp', '--widths', '24,16', '--T', '1', '--batch', '3', '--epochs', '2'];
  const data = ['--data', `image-folder:${at('images')}`, '--data-options', 'side=24,testSide=28'];
  const places = ['--cache', at('cache'), '--out', at(out), '--threads', '1'];
  const code = await runProgram(['train', ...data, ...network, ...places, ...argv], terminal);
  return { code, err: terminal.errors };
}

beforeAll(() => {
  for (const part of ['train', 'val']) {
    for (const [label, name] of ['420.jpg', 'alpha.png', 'lossy.webp', 'grey.jpg', 'cmyk.jpg'].entries()) {
      const file = at('images', part, label < 3 ? 'first' : 'second', name);
      mkdirSync(dirname(file), { recursive: true });
      cpSync(join(golden, name), file);
    }
  }
  writeFileSync(at('images', 'train', 'first', 'bad.jpg'), 'not an image');
});

it('a file that is no image is refused by name, or skipped and listed', async () => {
  const refused = await train('refused', '--quiet');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`${at('images', 'train', 'first', 'bad.jpg')}: byte 0: expected a JPEG, PNG or WebP`);
  expect(refused.err).toContain('--skip-corrupt');
  const skipped = await train('skipped', '--skip-corrupt');
  expect([skipped.code, skipped.err]).toEqual([0, expect.stringContaining('1 file is skipped')]);
  expect(result('skipped').skipped).toEqual([
    { file: at('images', 'train', 'first', 'bad.jpg'), reason: expect.stringContaining('another beginning') },
  ]);
});

it('gives the same bits with another number of loading threads and without the cache, and says nothing of skipping', async () => {
  rmSync(at('images', 'train', 'first', 'bad.jpg'));
  expect(await train('first', '--quiet')).toMatchObject({ code: 0 });
  rmSync(at('cache'), { recursive: true });
  expect(await train('second', '--quiet', '--loader-workers', '3')).toMatchObject({ code: 0 });
  expect(result('second').weightsSha256).toBe(result('first').weightsSha256);
  expect(result('first').skipped).toBeUndefined();
  expect(result('first').weightsSha256).toBe(result('skipped').weightsSha256);
});
