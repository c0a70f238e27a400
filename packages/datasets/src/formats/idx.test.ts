import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetError } from '../error.js';
import { eachIdxImage, readIdxLabels } from './idx.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-idx-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

let files = 0;
function write(bytes: Uint8Array): string {
  const file = join(dir, `file${files++}`);
  writeFileSync(file, bytes);
  return file;
}

function idx(words: number[], payload: number[]): Buffer {
  const header = Buffer.alloc(4 * words.length);
  for (const [i, word] of words.entries()) header.writeUInt32BE(word, 4 * i);
  return Buffer.concat([header, Buffer.from(payload)]);
}

async function readIdxImages(file: string, height: number, width: number) {
  const pixels: number[][] = [];
  await eachIdxImage(file, height, width, (position, image) => {
    pixels[position] = [...image];
  });
  return { count: pixels.length, pixels: pixels.flat() };
}

/** 3 images of 2x2. */
const pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const images = idx([0x803, 3, 2, 2], pixels);
const labels = idx([0x801, 3], [0, 9, 4]);

/** What the reader says of a file: [offset, expected, found]. */
async function problem(reading: Promise<unknown>, file: string): Promise<[number | null, string, string]> {
  const error = await reading.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof DatasetError)) throw new Error(`no DatasetError but ${error}`);
  expect(error.file).toBe(file);
  expect(error.message).toContain(error.offset === null ? `${file}: expected` : `${file}: byte ${error.offset}`);
  expect(error.message).toContain(`expected ${error.expected}, found ${error.found}`);
  return [error.offset, error.expected, error.found];
}

const imageProblem = (bytes: Uint8Array) => {
  const file = write(bytes);
  return problem(readIdxImages(file, 2, 2), file);
};
const labelProblem = (bytes: Uint8Array) => {
  const file = write(bytes);
  return problem(readIdxLabels(file, 3, 10), file);
};

describe('idx', () => {
  it.each([
    ['plain', (bytes: Buffer) => bytes],
    ['gzipped', (bytes: Buffer) => gzipSync(bytes)],
  ])('reads %s files', async (_, pack) => {
    const read = await readIdxImages(write(pack(images)), 2, 2);
    expect(read.count).toBe(3);
    expect([...read.pixels]).toEqual(pixels);
    expect([...(await readIdxLabels(write(pack(labels)), 3, 10)).labels]).toEqual([0, 9, 4]);
  });

  it('refuses the wrong magic number, as when labels are given for images', async () => {
    expect(await imageProblem(labels)).toEqual([0, 'magic number 0x00000803', '0x00000801']);
    expect(await labelProblem(images)).toEqual([0, 'magic number 0x00000801', '0x00000803']);
  });

  it('refuses other sizes and counts', async () => {
    expect(await imageProblem(idx([0x803, 3, 4, 1], pixels))).toEqual([8, 'number of rows 2', '4']);
    expect(await imageProblem(idx([0x803, 3, 2, 1], pixels))).toEqual([12, 'number of columns 2', '1']);
    expect(await imageProblem(idx([0x803, 0, 2, 2], []))).toEqual([4, 'at least one image', 'a count of 0']);
    expect(await labelProblem(idx([0x801, 4], [0, 1, 2, 3]))).toEqual([4, 'number of labels 3', '4']);
  });

  it('refuses truncated files, where they end', async () => {
    const [offset, expected, found] = await imageProblem(images.subarray(0, 20));
    expect([offset, found]).toEqual([20, '20 bytes in all']);
    expect(expected).toBe('3 images of 2x2 (12 bytes after the header, 28 in all)');
    expect((await imageProblem(images.subarray(0, 6)))[0]).toBe(6);
    expect((await imageProblem(Buffer.alloc(0)))[0]).toBe(0);
    expect((await labelProblem(labels.subarray(0, 10)))[0]).toBe(10);
  });

  it('refuses what follows the last image, where it starts', async () => {
    const [offset, , found] = await imageProblem(Buffer.concat([images, Buffer.from([0])]));
    expect([offset, found]).toEqual([28, '29 bytes in all']);
  });

  it('does not believe a header that promises 2^62 bytes', async () => {
    const huge = idx([0x803, 0xffffffff, 2, 2], pixels);
    expect((await imageProblem(huge))[2]).toBe('28 bytes in all');
  });

  it('refuses labels beyond the classes', async () => {
    expect(await labelProblem(idx([0x801, 3], [0, 1, 10]))).toEqual([10, 'label 2 to be 0 to 9', '10']);
  });

  it('counts the bytes of the unpacked contents', async () => {
    const file = write(gzipSync(idx([0x801, 3], [0, 1, 10])));
    await expect(readIdxLabels(file, 3, 10)).rejects.toThrow(`${file}: byte 10 of its unpacked contents: expected`);
  });

  it('refuses truncated and damaged gzip streams', async () => {
    const packed = gzipSync(images);
    const [offset, expected] = await imageProblem(packed.subarray(0, packed.length - 9));
    expect([offset, expected]).toEqual([packed.length - 9, 'the rest of a gzip stream']);
    const damaged = Buffer.from(packed);
    damaged[damaged.length - 5] = (damaged[damaged.length - 5] as number) ^ 1;
    expect((await imageProblem(damaged))[1]).toBe('a sound gzip stream');
  });

  it('names a missing file and a folder', async () => {
    const missing = join(dir, 'missing');
    expect(await problem(readIdxImages(missing, 2, 2), missing)).toEqual([null, 'an idx image file', 'no such file']);
    expect(await problem(readIdxLabels(dir, 3, 10), dir)).toEqual([null, 'an idx label file', 'a folder']);
  });

  it.skipIf(process.platform === 'win32')('does not read from a device, which has no end', async () => {
    const device = '/dev/zero';
    expect(await problem(readIdxImages(device, 2, 2), device)).toEqual([null, 'an idx image file', 'no ordinary file']);
  });

  it('refuses contents beyond all measure, packed or not, without making room for them', async () => {
    // Members of a gzip stream follow each other.
    const header = gzipSync(images);
    const bomb = Buffer.concat([header, ...new Array<Buffer>(17).fill(gzipSync(Buffer.alloc(2 ** 24)))]);
    expect(bomb.length).toBeLessThan(2 ** 20);
    expect((await imageProblem(bomb)).slice(1)).toEqual(['gzip contents of at most 268435456 bytes', 'more']);
    const sparse = write(Buffer.alloc(0));
    truncateSync(sparse, 2 ** 40);
    const found = await problem(readIdxImages(sparse, 2, 2), sparse);
    expect(found.slice(1)).toEqual(['at most 268435456 bytes', '1099511627776 bytes']);
  });
});
