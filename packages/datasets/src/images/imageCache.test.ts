import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Sample } from '../samples/sample.js';
import { ImageCache } from './imageCache.js';

const root = mkdtempSync(join(tmpdir(), 'kestirme-image-cache-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const [height, width] = [4, 5];
const entryBytes = 16 + 3 * height * width;

/** What a file whose content is `key` is decoded to. */
const imageOf = (key: number): Sample => ({
  ...{ frames: 1, height, width, channels: 3 },
  pixels: new Uint8Array(3 * height * width).fill(key),
});
const contentOf = (key: number) => Buffer.from(`file ${key}`);

/** Contents whose entries lie in one folder. */
const together: number[] = [];
for (let key = 0; together.length < 3; key++) {
  const hash = createHash('sha256').update(contentOf(key)).digest('hex');
  if (hash.startsWith('00')) together.push(key);
}

/** Asks for an image; whether it had to be made. */
function ask(cache: ImageCache, key: number): boolean {
  let wasMade = false;
  const image = cache.get(contentOf(key), () => {
    wasMade = true;
    return imageOf(key);
  });
  expect(image).toEqual(imageOf(key));
  return wasMade;
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

describe('the cache of images', () => {
  it('takes no more than its share, in each folder', () => {
    const folder = join(root, 'full');
    const settings = { folder, bytes: 256 * 2.5 * entryBytes };
    const cache = new ImageCache(settings, 'whole');
    expect(together.map((key) => ask(cache, key))).toEqual([true, true, true]);
    expect(together.map((key) => ask(cache, key))).toEqual([false, false, true]);
    // Another thread or process sees what is there.
    const other = new ImageCache(settings, 'whole');
    expect(together.map((key) => ask(other, key))).toEqual([false, false, true]);
    expect(filesIn(folder)).toHaveLength(2);
    expect(new Set(filesIn(folder).map((file) => statSync(file).size))).toEqual(new Set([entryBytes]));
  });

  it('gives up what nobody has read for a week, and what a crash left', () => {
    const folder = join(root, 'old');
    const settings = { folder, bytes: 256 * 2.5 * entryBytes };
    const [a = 0, b = 0, c = 0] = together;
    const before = new ImageCache(settings, 'whole');
    for (const key of [a, b]) ask(before, key);
    const [file = ''] = filesIn(folder);
    writeFileSync(`${file}.1-0.tmp`, 'half');
    const age = (days: number) => Date.now() / 1000 - days * 24 * 60 * 60;
    for (const one of filesIn(folder)) utimesSync(one, age(8), age(8));
    // Reading makes it one that is in use.
    expect(ask(before, a)).toBe(false);
    expect(ask(new ImageCache(settings, 'whole'), c)).toBe(true);
    const after = new ImageCache(settings, 'whole');
    expect([a, c, b].map((key) => ask(after, key))).toEqual([false, false, true]);
    expect(filesIn(folder)).toHaveLength(2);
  });

  it('keeps images apart that were made in other ways', () => {
    const settings = { folder: join(root, 'apart'), bytes: 1e6 };
    expect(ask(new ImageCache(settings, 'whole'), 1)).toBe(true);
    expect(ask(new ImageCache(settings, '256-bilinear'), 1)).toBe(true);
    expect(ask(new ImageCache(settings, 'whole'), 1)).toBe(false);
  });

  it('images are made where it cannot be written', () => {
    const folder = join(root, 'a-file');
    writeFileSync(folder, '');
    const cache = new ImageCache({ folder, bytes: 1e6 }, 'whole');
    for (let key = 0; key < 8; key++) expect(ask(cache, key)).toBe(true);
  });

  it('a damaged entry is made anew', () => {
    const folder = join(root, 'damaged');
    const cache = new ImageCache({ folder, bytes: 1e6 }, 'whole');
    ask(cache, 3);
    const [file = ''] = filesIn(folder);
    const whole = readFileSync(file);
    for (const damage of [
      whole.subarray(0, 30),
      Buffer.alloc(0),
      Buffer.from(whole).fill(9, 20, 21),
      Buffer.alloc(16),
    ]) {
      writeFileSync(file, damage);
      expect(ask(cache, 3)).toBe(true);
      expect(ask(cache, 3)).toBe(false);
    }
  });

  it('processes that write the same entries at once read whole ones', { timeout: 60_000 }, async () => {
    const folder = join(root, 'processes');
    const script = `
      const { ImageCache } = await import(${JSON.stringify(new URL('./imageCache.js', import.meta.url).href)});
      const cache = new ImageCache({ folder: process.argv[1], bytes: 1e9 }, 'whole');
      for (let round = 0; round < 2; round++) {
        for (let key = 0; key < 40; key++) {
          const pixels = new Uint8Array(3 * 200 * 100).fill(key);
          const make = () => ({ pixels, frames: 1, height: 200, width: 100, channels: 3 });
          const found = cache.get(Buffer.from('file ' + key), make);
          if (Buffer.compare(found.pixels, pixels) !== 0) throw new Error('not the image');
        }
      }`;
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, folder]);
    await Promise.all([run(), run(), run()]);
    const files = filesIn(folder);
    expect(files).toHaveLength(40);
    expect(new Set(files.map((file) => statSync(file).size))).toEqual(new Set([16 + 60_000]));
  });
});
