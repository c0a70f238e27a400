import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { download } from './download.js';
import { unpack } from './unpack.js';

let root: string;
let dir: string;
let archive: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kestirme-unpack-'));
  dir = join(root, 'into');
  mkdirSync(dir);
  archive = join(root, 'set.tar.gz');
});
afterEach(() => rmSync(root, { recursive: true }));

type Entry = Partial<Header> & { name: string; body?: string };

async function tarball(entries: Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { body = '', ...header } of entries) tar.entry(header, body);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

/** Whatever `entries` say, they are unpacked as a set that wants set/a.bin and `more`. */
async function unpacked(entries: Entry[], more: string[] = []): Promise<void> {
  writeFileSync(archive, await tarball(entries));
  await unpack(archive, dir, ['set/a.bin', ...more]);
}

const good: Entry = { name: 'set/a.bin', body: 'hello' };
const written = () => readdirSync(root, { recursive: true }).map(String).sort();

test('writes the files it knows, and passes over ordinary others', async () => {
  await unpacked([{ name: 'set/', type: 'directory' }, { name: 'set/readme.html', body: 'x' }, good]);
  expect(readFileSync(join(dir, 'set/a.bin'), 'utf8')).toBe('hello');
  expect(written()).toEqual(['into', 'into/set', 'into/set/a.bin', 'set.tar.gz']);
});

test.each<[string, Entry]>([
  ["'../evil' leads out", { name: '../evil', body: 'x' }],
  ["'set/../../evil' leads out", { name: 'set/../../evil', body: 'x' }],
  ["'/tmp/kestirme-evil' leads out", { name: '/tmp/kestirme-evil', body: 'x' }],
  ["'set/link' is a symlink", { name: 'set/link', type: 'symlink', linkname: '/etc/passwd' }],
  ["'set/a.bin' is a symlink", { name: 'set/a.bin', type: 'symlink', linkname: '/etc/passwd' }],
  ["'set/a.bin' is a link", { name: 'set/a.bin', type: 'link', linkname: '../evil' }],
  ["'set/pipe' is a fifo", { name: 'set/pipe', type: 'fifo' }],
])('refuses an archive where %s', async (message, entry) => {
  await expect(unpacked([entry, good])).rejects.toThrow(message);
  expect(written()).toEqual(['into', 'set.tar.gz']);
});

test('a backslash does not lead out either', async () => {
  // tar-stream turns it into a slash or leaves it; both are refused.
  await expect(unpacked([{ name: '..\\evil', body: 'x' }, good])).rejects.toThrow('leads out of the folder');
});

/** An archive whose header claims `size`: 12 bytes, octal digits or a binary number behind 0x80. */
async function withSize(name: string, size: Buffer): Promise<Buffer> {
  const tar = gunzipSync(await tarball([{ name, body: 'x' }]));
  tar.set(size, 124);
  // The checksum at 148 sums the header with itself as spaces.
  tar.fill(' ', 148, 156);
  const sum = tar.subarray(0, 512).reduce((a, b) => a + b, 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return gzipSync(tar);
}

test.each([
  ['set/a.bin', [0xa0, 0xf5, 0x4f]],
  ['set/stranger', [0x81, 0, 0]],
])('refuses %s of a size that is no number, which would never end', async (name, bytes) => {
  writeFileSync(archive, await withSize(name, Buffer.concat([Buffer.from(bytes), Buffer.alloc(9)])));
  await expect(unpack(archive, dir, ['set/a.bin'])).rejects.toThrow(`'${name}' has no readable size`);
});

test('refuses absurd sizes by what the header claims, wanted or not', async () => {
  for (const name of ['set/a.bin', 'set/stranger']) {
    writeFileSync(archive, await withSize(name, Buffer.from('77777777777\0')));
    await expect(unpack(archive, dir, ['set/a.bin'])).rejects.toThrow('to 8589934591 bytes, at most 400000000');
    expect(written()).toEqual(['into', 'set.tar.gz']);
  }
});

test('refuses a file that comes twice, and more entries than any data set has', async () => {
  await expect(unpacked([good, { name: 'set/', type: 'directory' }, good])).rejects.toThrow(
    "'set/a.bin' is there twice",
  );
  const many = Array.from({ length: 10_001 }, (_, i): Entry => ({ name: `set/${i}` }));
  await expect(unpacked(many)).rejects.toThrow("'set/10000' is its entry number 10001, at most 10000 are sane");
});

test('names no terminal command, however long', async () => {
  await expect(unpacked([{ name: '../\u001b[2J' }])).rejects.toThrow("'../\\u{1b}[2J' leads out");
  const long = unpacked([{ name: `../${'x'.repeat(200)}`, pax: { path: `../${'x'.repeat(1e5)}` } }]);
  await expect(long).rejects.toThrow(/\.\.\. \(\d+ characters\)' leads out/);
});

test('does not unpack without end, where no entry ever comes', async () => {
  // Zero blocks end an archive; these go on for 480 MB.
  writeFileSync(archive, Buffer.concat(new Array<Buffer>(30).fill(gzipSync(Buffer.alloc(2 ** 24)))));
  await expect(unpack(archive, dir, ['set/a.bin'])).rejects.toThrow('it unpacks to more than 420480000 bytes');
  expect(written()).toEqual(['into', 'set.tar.gz']);
});

test('names what an archive lacks', async () => {
  await expect(unpacked([good], ['set/b.bin', 'set/c.bin'])).rejects.toThrow('lacks set/b.bin, set/c.bin');
});

test('of an archive that breaks off, in its gzip or in its tar, nothing half-written stays', async () => {
  const noise = Array.from({ length: 300_000 }, (_, i) => String.fromCharCode(32 + ((i * i * 7 + (i >> 3)) % 90)));
  const whole = await tarball([{ name: 'set/a.bin', body: noise.join('') }]);
  for (const bytes of [whole.subarray(0, whole.length / 2), gzipSync(gunzipSync(whole).subarray(0, 150_000))]) {
    writeFileSync(archive, bytes);
    await expect(unpack(archive, dir, ['set/a.bin'])).rejects.toThrow('is no sound tar.gz');
    expect(written()).toEqual(['into', 'into/set', 'set.tar.gz']);
  }
});

test('an archive that breaks off in its last file, all of it read at once, is an error and not an endless wait', async () => {
  const tar = gunzipSync(await tarball([good, { name: 'set/x' }, { name: 'set/b.bin', body: 'x'.repeat(600) }]));
  writeFileSync(archive, gzipSync(tar.subarray(0, tar.indexOf('x'.repeat(600)) + 168)));
  await expect(unpack(archive, dir, ['set/a.bin', 'set/b.bin'])).rejects.toThrow('is no sound tar.gz');
  expect(written()).toEqual(['into', 'into/set', 'into/set/a.bin', 'set.tar.gz']);
});

test('a stop gives its own reason and leaves no half-written file', async () => {
  writeFileSync(archive, await tarball([{ name: 'set/a.bin', body: 'y'.repeat(50_000_000) }]));
  const controller = new AbortController();
  const work = unpack(archive, dir, ['set/a.bin'], controller.signal);
  const watch = setInterval(() => existsSync(join(dir, 'set/a.bin.part')) && controller.abort(new Error('enough')), 1);
  await expect(work).rejects.toThrow('enough');
  clearInterval(watch);
  expect(written()).toEqual(['into', 'into/set', 'set.tar.gz']);
});

test('a file that cannot be written is not the archive to blame', async () => {
  mkdirSync(join(dir, 'set/a.bin.part'), { recursive: true });
  await expect(unpacked([good])).rejects.toThrow(/a\.bin\.part cannot be written: a folder has that name \(EISDIR\)/);
});

test('a download ends in its archive, unpacked', async () => {
  const body = await tarball([good]);
  writeFileSync(archive, body);
  const md5 = createHash('md5').update(body).digest('hex');
  const files = [{ name: 'set.tar.gz', url: 'http://127.0.0.1:1/set.tar.gz', bytes: body.length, md5, archive: true }];
  await download('tiny', { dir, from: root, sets: { tiny: { files, contents: ['set/a.bin'] } } });
  expect(readFileSync(join(dir, 'set/a.bin'), 'utf8')).toBe('hello');
});

test('files by a pattern, where they are too many to be named', async () => {
  const entries: Entry[] = [1, 2, 3].map((i) => ({ name: `set/user${i}.csv`, body: 'x'.repeat(i) }));
  writeFileSync(archive, await tarball([...entries, { name: 'set/notes.doc', body: 'no' }]));
  const matching = { pattern: /^set\/\w+\.csv$/, least: 3, mostBytes: 1000 };
  await unpack(archive, dir, matching);
  expect(readFileSync(join(dir, 'set/user3.csv'), 'utf8')).toBe('xxx');
  expect(written()).not.toContain('into/set/notes.doc');
  await expect(unpack(archive, dir, { ...matching, least: 4 })).rejects.toThrow('it has 3 of at least 4 files');
  await expect(unpack(archive, dir, { ...matching, mostBytes: 4 })).rejects.toThrow('to 6 bytes, at most 4 are sane');
});
