/** A folder of one's own is listed once, whatever lies in it. */
import fs, { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeNpy } from '../../formats/writeNpy.js';
import { nmnistBytes, someEvents } from '../events/events.test.support.js';
import { openDataset } from '../open.js';

/** Stands in for the file system's own function while these tests run. */
const listed: string[] = [];
const { readdir } = fs.promises;
beforeAll(() => {
  fs.promises.readdir = ((folder: string, options: { withFileTypes: true }) => {
    listed.push(folder);
    return readdir(folder, options);
  }) as typeof readdir;
  syncBuiltinESMExports();
});
afterAll(() => {
  fs.promises.readdir = readdir;
  syncBuiltinESMExports();
});

const root = mkdtempSync(join(tmpdir(), 'kestirme-listed-'));
afterAll(() => rmSync(root, { recursive: true }));
const golden = join(import.meta.dirname, '../../../../../test/golden/images/420.jpg');

it.each<[string, (file: string, i: number) => void]>([
  ['images', (file) => cpSync(golden, `${file}.jpg`)],
  [
    'arrays',
    (file) => writeFileSync(`${file}.npy`, writeNpy({ shape: [8, 8], data: new Uint8Array(64).map((_, i) => i) })),
  ],
  ['recordings', (file, i) => writeFileSync(`${file}.bin`, nmnistBytes(someEvents(i, 40, 34)))],
])('of %s', async (what, write) => {
  const dir = join(root, what);
  for (const name of ['train/a', 'train/b', 'val/a', 'val/b']) {
    mkdirSync(join(dir, name), { recursive: true });
    write(join(dir, name, 'one'), 1);
  }
  const dataset = await openDataset(`folder:${dir}`, { cacheDir: join(root, 'cache') });
  expect([dataset.train.size, dataset.test.size]).toEqual([2, 2]);
  const folders = ['', 'train', 'train/a', 'train/b', 'val', 'val/a', 'val/b'].map((name) => join(dir, name));
  expect(listed.filter((folder) => folder.startsWith(dir)).sort()).toEqual(folders);
});
