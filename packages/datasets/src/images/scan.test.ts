import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { scanClassFolders } from './scan.js';

const root = mkdtempSync(join(tmpdir(), 'kestirme-scan-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function put(dir: string, ...files: string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), '');
  }
}

const none = (name: string) => expect.unreachable(name);

it("has the classes and images of torchvision's ImageFolder, in its order", async () => {
  const dir = join(root, 'order');
  put(dir, 'a/2.jpg', 'a/10.jpg', 'a/B.JPG', 'a/sub/1.jpg', 'a/sub-x/1.jpeg', 'a/sub/deeper/9.png', 'a/Z/1.png');
  put(dir, 'b c/x.webp', 'B/é.png', 'a/note.txt', 'beside.jpg');
  expect(await scanClassFolders(dir, none)).toEqual({
    classes: ['B', 'a', 'b c'],
    names: [
      ...['B/é.png', 'a/10.jpg', 'a/2.jpg', 'a/B.JPG', 'a/Z/1.png', 'a/sub/1.jpg'],
      ...['a/sub-x/1.jpeg', 'a/sub/deeper/9.png', 'b c/x.webp'],
    ],
    labels: [0, 1, 1, 1, 1, 1, 1, 1, 2],
  });
});

it('passes over hidden folders, tells what it does not read, and follows links unless they go round', async () => {
  const dir = join(root, 'odd');
  put(dir, 'a/1.jpg', 'a/2.TIFF', '.cache/1.jpg', 'b/1.png');
  symlinkSync(join(dir, 'b'), join(dir, 'c'), 'junction');
  const told: string[] = [];
  const found = await scanClassFolders(dir, (name) => told.push(name));
  expect(found.classes).toEqual(['a', 'b', 'c']);
  expect(told).toEqual(['a/2.TIFF']);
  expect(found.names).toEqual(['a/1.jpg', 'b/1.png', 'c/1.png']);
  symlinkSync(join(dir, 'a'), join(dir, 'a', 'again'), 'junction');
  await expect(scanClassFolders(dir, () => {})).rejects.toThrow('again: expected a folder, found a link to a folder');
});

it('ends with the reason of the signal', async () => {
  const dir = join(root, 'ended');
  put(dir, 'a/1.jpg');
  await expect(scanClassFolders(dir, none, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
    'enough',
  );
});
