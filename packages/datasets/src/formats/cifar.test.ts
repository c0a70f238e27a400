import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetError } from '../error.js';
import { allocateSplit, type Split } from '../sets/dataset.js';
import { type CifarFormat, openCifarFile } from './cifar.js';
import type { Wanted } from './records.js';

const ten = { labels: [{ meaning: 'label', classes: 10 }] };
const hundred = {
  labels: [
    { meaning: 'coarse label', classes: 20 },
    { meaning: 'fine label', classes: 100 },
  ],
};

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-cifar-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Records with the given label bytes; red bytes are the pixel's number, green ones 100 + record, blue ones 200. */
function records(labels: number[][]): Buffer {
  return Buffer.concat(
    labels.map((bytes, record) => {
      const planes = [(pixel: number) => pixel % 256, () => 100 + record, () => 200];
      const pixels = planes.flatMap((value) => Array.from({ length: 1024 }, (_, pixel) => value(pixel)));
      return Buffer.from([...bytes, ...pixels]);
    }),
  );
}

/** All records of the files, one file after the other. */
async function readCifar(paths: string[], format: CifarFormat, into: Split): Promise<void> {
  for (const [i, path] of paths.entries()) {
    const file = await openCifarFile(path, format);
    const wanted = Array.from(
      { length: format.recordsPerFile },
      (_, position): Wanted => ({ position, into, at: i * format.recordsPerFile + position }),
    );
    await file.read(wanted, true).finally(() => file.close());
  }
}

let files = 0;
function write(bytes: Uint8Array): string {
  const file = join(dir, `file${files++}.bin`);
  writeFileSync(file, bytes);
  return file;
}

async function problem(file: string, format: CifarFormat): Promise<[number | null, string, string]> {
  const error = await readCifar([file], format, allocateSplit(format.recordsPerFile, 3072)).catch(
    (cause: unknown) => cause,
  );
  if (!(error instanceof DatasetError)) throw new Error(`no DatasetError but ${error}`);
  expect(error.file).toBe(file);
  return [error.offset, error.expected, error.found];
}

describe('CIFAR, binary version', () => {
  it('turns planes into interleaved pixels, file after file', async () => {
    const split = allocateSplit(3, 3072);
    const first = write(records([[7]]));
    const second = write(records([[0]]));
    await readCifar([first, second], { ...ten, recordsPerFile: 1 }, split);
    expect([...split.labels]).toEqual([7, 0, 0]);
    expect([...split.images.subarray(0, 6)]).toEqual([0, 100, 200, 1, 100, 200]);
    // Row 1, column 2 of the second file's image: pixel 34.
    expect([...split.images.subarray(3072 + 34 * 3, 3072 + 35 * 3)]).toEqual([34, 100, 200]);
    expect(split.images.subarray(2 * 3072).every((byte) => byte === 0)).toBe(true);
  });

  it('reads more records than fit one read', async () => {
    const labels = Array.from({ length: 1001 }, (_, i) => i % 10);
    const file = write(
      Buffer.concat(labels.map((label) => Buffer.concat([Buffer.from([label]), Buffer.alloc(3072, label)]))),
    );
    const split = allocateSplit(1001, 3072);
    await readCifar([file], { ...ten, recordsPerFile: 1001 }, split);
    expect([...split.labels]).toEqual(labels);
    expect(split.images[1000 * 3072 + 5]).toBe(0);
    expect(split.images[999 * 3072 + 5]).toBe(9);
  });

  it('takes the fine label of CIFAR-100', async () => {
    const split = allocateSplit(2, 3072);
    await readCifar(
      [
        write(
          records([
            [19, 99],
            [3, 42],
          ]),
        ),
      ],
      { ...hundred, recordsPerFile: 2 },
      split,
    );
    expect([...split.labels]).toEqual([99, 42]);
    expect([...split.images.subarray(3072, 3075)]).toEqual([0, 101, 200]);
  });

  it('refuses truncated files where they end, and oversized ones where the surplus starts', async () => {
    const whole = records([[1], [2]]);
    const format = { ...ten, recordsPerFile: 2 };
    const expected = '2 records of 3073 bytes (6146 bytes in all)';
    expect(await problem(write(whole.subarray(0, 4000)), format)).toEqual([4000, expected, '4000 bytes in all']);
    const oversized = write(Buffer.concat([whole, Buffer.from([0])]));
    expect(await problem(oversized, format)).toEqual([6146, expected, '6147 bytes in all']);
    expect((await problem(write(Buffer.alloc(0)), format))[0]).toBe(0);
  });

  it('refuses a CIFAR-10 file for CIFAR-100', async () => {
    const [, expected, found] = await problem(write(records([[1]])), { ...hundred, recordsPerFile: 1 });
    expect([expected, found]).toEqual(['1 records of 3074 bytes (3074 bytes in all)', '3073 bytes in all']);
  });

  it('refuses labels beyond the classes, with the record', async () => {
    const wrong = await problem(write(records([[1], [10]])), { ...ten, recordsPerFile: 2 });
    expect(wrong).toEqual([3073, 'the label of record 1 to be 0 to 9', '10']);
    const coarse = await problem(
      write(
        records([
          [1, 1],
          [20, 5],
        ]),
      ),
      { ...hundred, recordsPerFile: 2 },
    );
    expect(coarse).toEqual([3074, 'the coarse label of record 1 to be 0 to 19', '20']);
    const fine = await problem(write(records([[1, 100]])), { ...hundred, recordsPerFile: 1 });
    expect(fine).toEqual([1, 'the fine label of record 0 to be 0 to 99', '100']);
  });

  it('names a missing file and a folder', async () => {
    const format = { ...ten, recordsPerFile: 1 };
    expect((await problem(join(dir, 'missing'), format))[2]).toBe('no such file');
    expect((await problem(dir, format))[2]).toBe('a folder');
  });
});
