import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseNpy } from '../formats/npy.js';
import { unpackZip } from './unpackZip.js';

/** An archive that Python wrote. */
const archive = join(import.meta.dirname, '../../../../test/golden/arrays/deflated.npz');
const matching = { pattern: /^u?int8\.npy$/, least: 2, mostBytes: 1000 };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-unzip-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('unpacks what is asked for, and nothing else', async () => {
  await unpackZip(archive, dir, matching);
  expect(readdirSync(dir)).toEqual(['int8.npy', 'uint8.npy']);
  expect([...parseNpy(readFileSync(join(dir, 'int8.npy')), 'int8.npy').data].slice(0, 2)).toEqual([-66, -55]);
});

test('refuses too few files, and too large ones, before it writes any', async () => {
  await expect(unpackZip(archive, dir, { ...matching, least: 3 })).rejects.toThrow('it has 2 of at least 3 files');
  await expect(unpackZip(archive, dir, { ...matching, mostBytes: 100 })).rejects.toThrow(
    'it unpacks to 280 bytes, at most 100 are sane; do not use it',
  );
  expect(readdirSync(dir)).toEqual([]);
});

test('of a damaged archive nothing half-written stays', async () => {
  const bytes = readFileSync(archive);
  const damaged = join(dir, 'damaged.zip');
  // In the packed numbers of the second member, the first that matches.
  const at = bytes.indexOf('uint8.npy') + 60;
  bytes[at] = (bytes[at] as number) ^ 255;
  writeFileSync(damaged, bytes);
  await expect(unpackZip(damaged, dir, matching)).rejects.toThrow(/damaged\.zip: expected a sound zip archive, found/);
  expect(readdirSync(dir)).toEqual(['damaged.zip']);
  await expect(unpackZip(join(dir, 'none.zip'), dir, matching)).rejects.toThrow(
    'none.zip: expected a sound zip archive',
  );
});

test('stops on a signal', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(unpackZip(archive, dir, matching, signal)).rejects.toThrow('enough');
  expect(readdirSync(dir)).toEqual([]);
});
