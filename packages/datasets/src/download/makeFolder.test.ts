import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { download } from './download.js';
import { makeFolder } from './makeFolder.js';

// The file system as it is, but for calls that a test makes fail.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof files>();
  return { ...real, mkdir: vi.fn(real.mkdir) };
});

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-folders-'));
});
afterEach(() => {
  vi.resetAllMocks();
  rmSync(dir, { recursive: true });
});

it('makes all that leads to a folder, at once from several sides', async () => {
  const deep = join(dir, 'a/b/c');
  await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(join(dir, 'a/b/d'))]);
  expect(existsSync(deep)).toBe(true);
  await makeFolder(deep);
});

it('tells why there can be none', async () => {
  writeFileSync(join(dir, 'file'), '');
  await expect(makeFolder(join(dir, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(dir, 'file/a/b'))).rejects.toMatchObject({ code: 'EEXIST', path: join(dir, 'file') });
});

/** What the system says, and what Node makes of it when it is to make all folders that lead to one. */
function readOnlyDisk(): void {
  vi.mocked(files.mkdir).mockImplementation(async (path, options) => {
    const code = typeof options === 'object' && options?.recursive ? 'ENOENT' : 'EROFS';
    throw Object.assign(new Error(`${code}: words, mkdir '${path}'`), { code, syscall: 'mkdir', path });
  });
}

it('calls a read-only disk by its name', async () => {
  readOnlyDisk();
  await expect(makeFolder(join(dir, 'a/b'))).rejects.toMatchObject({ code: 'EROFS', path: join(dir, 'a') });
  await expect(download('mnist', { dir: join(dir, 'a') })).rejects.toThrow(
    `${join(dir, 'a')} cannot be a folder of data: the disk is read-only (EROFS)`,
  );
});
