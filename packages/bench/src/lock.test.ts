import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { lockFolder } from './lock.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-lock-'));
const file = join(folder, 'running.pid');

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a folder is taken, and given back', () => {
  const unlock = lockFolder(folder);
  expect(existsSync(file)).toBe(true);
  unlock();
  expect(existsSync(file)).toBe(false);
});

test('a folder that a living process has is refused', () => {
  lockFolder(folder)();
  // The parent of a test is alive as long as the test is.
  writeFileSync(file, `${process.ppid}`);
  expect(() => lockFolder(folder)).toThrow(`is in use by a benchmark with process number ${process.ppid}`);
});

test('a folder that a dead process left is taken', () => {
  lockFolder(folder)();
  writeFileSync(file, '4194305');
  lockFolder(folder)();
  expect(existsSync(file)).toBe(false);
});
