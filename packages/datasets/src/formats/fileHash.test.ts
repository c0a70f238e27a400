import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { allocateSplit } from '../sets/dataset.js';
import { openDataset } from '../sets/open.js';
import { openCifarFile } from './cifar.js';

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

it('CIFAR files are hashed as they are read, over chunks; of a part, that part', async () => {
  const record = 3073;
  const recordsPerFile = 1500;
  const bytes = Buffer.alloc(recordsPerFile * record, 1);
  for (let k = 0; k < recordsPerFile; k++) bytes[k * record + 1 + (k % 3072)] = k % 251;
  writeFileSync(join(dir, 'a.bin'), bytes);
  const into = allocateSplit(recordsPerFile, 3072);
  const file = await openCifarFile(join(dir, 'a.bin'), { labels: [{ meaning: 'label', classes: 10 }], recordsPerFile });
  const hashed = async (positions: number[], whole: boolean) =>
    (
      await file.read(
        positions.map((position, at) => ({ position, into, at })),
        whole,
      )
    ).finish('a.bin');
  const all = { name: 'a.bin', bytes: bytes.length, sha256: sha256(bytes) };
  expect(await hashed([...Array(recordsPerFile).keys()], false)).toEqual(all);
  expect(await hashed([3, 1200], true)).toEqual(all);
  const some = [3, 4, 1200].map((k) => bytes.subarray(k * record, (k + 1) * record));
  expect((await hashed([3, 4, 1200], false)).sha256).toBe(sha256(Buffer.concat(some)));
  // Byte 1,200 of a record's pixels is the green of pixel 176.
  expect(into.images[2 * 3072 + 176 * 3 + 1]).toBe(1200 % 251);
  await file.close();
});
