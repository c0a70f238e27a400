import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findChromium } from './executable.js';

const folders: string[] = [];

/** A folder with files of these names. */
function folderWith(...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'kestirme-browser-'));
  folders.push(folder);
  for (const name of names) {
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

test("finds Debian's browser first, wherever it is on PATH", () => {
  const [other, debian] = [folderWith('google-chrome'), folderWith('chromium')];
  expect(findChromium({ PATH: ['', other, debian].join(delimiter) })).toBe(join(debian, 'chromium'));
  expect(findChromium({ PATH: other })).toBe(join(other, 'google-chrome'));
  expect(findChromium({ PATH: folderWith() })).toBeUndefined();
});

test('takes the file that KESTIRME_CHROMIUM names, and refuses one that is not there', () => {
  const folder = folderWith('mine', 'chromium');
  expect(findChromium({ PATH: folder, KESTIRME_CHROMIUM: join(folder, 'mine') })).toBe(join(folder, 'mine'));
  const missing = { PATH: folder, KESTIRME_CHROMIUM: join(folder, 'none') };
  expect(() => findChromium(missing)).toThrow(/KESTIRME_CHROMIUM is '.*none', but there is no such file/);
});

test('can be told to find none', () => {
  expect(findChromium({ PATH: folderWith('chromium'), KESTIRME_SKIP_CHROMIUM: '1' })).toBeUndefined();
});
