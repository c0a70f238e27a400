import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { openDataset } from '../sets/open.js';
import { readCifar } from './cifar.js';
import type { DataFile } from './fileHash.js';

const dir = mkdtempSync(join(tmpdir(), 'kestirme-hash-'));
afterAll(() => rmSync(dir, { recursive: true }));

const builtin = fileURLToPath(new URL('../../data/', import.meta.url));
const names = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const contents = (name: string) => gunzipSync(readFileSync(join(builtin, `${name}.gz`)));

it('the built-in digits are told by their unpacked contents', async () => {
  const { files } = await openDataset('builtin', { limit: { train: 10, test: 10 } });
  expect(files).toEqual(names.map((name) => ({ name, bytes: contents(name).length, sha256: sha256(contents(name)) })));
});

it('packing makes no other data, a changed byte does', async () => {
  const copy = async (folder: string, pack: (bytes: Buffer) => Buffer, suffix: string) => {
    mkdirSync(join(dir, folder));
    for (const name of names) writeFileSync(join(dir, folder, name + suffix), pack(contents(name)));
    return (await openDataset(`mnist:${join(dir, folder)}`)).files;
  };
  const { files } = await openDataset('builtin');
  expect(await copy('plain', (bytes) => bytes, '')).toEqual(files);
  expect(await copy('packed', (bytes) => gzipSync(bytes, { level: 1 }), '.gz')).toEqual(files);
  const changed = contents(names[0]);
  changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
  writeFileSync(join(dir, 'plain', names[0]), changed);
  const after = (await openDataset(`mnist:${join(dir, 'plain')}`)).files;
  expect(after.map((file, i) => file.sha256 === files[i]?.sha256)).toEqual([false, true, true, true]);
});

it('CIFAR files are hashed as they are read, over chunks', async () => {
  const record = 3073;
  const recordsPerFile = 1500;
  const files = ['a.bin', 'b.bin'].map((name, i) => {
    const bytes = Buffer.alloc(recordsPerFile * record, i + 1);
    for (let k = 0; k < recordsPerFile; k++) bytes[k * record + 1 + (k % 3072)] = k % 251;
    writeFileSync(join(dir, name), bytes);
    return { name, bytes: bytes.length, sha256: sha256(bytes) };
  });
  const read: DataFile[] = [];
  const size = 2 * recordsPerFile;
  const split = {
    images: new Uint8Array(new SharedArrayBuffer(size * 3072)),
    labels: new Int32Array(new SharedArrayBuffer(4 * size)),
    size,
  };
  const format = { labels: [{ meaning: 'label', classes: 10 }], recordsPerFile };
  await readCifar(
    ['a.bin', 'b.bin'].map((name) => join(dir, name)),
    format,
    split,
    (file) => read.push(file),
  );
  expect(read).toEqual(files);
});
