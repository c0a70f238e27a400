import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { batches } from './images.js';

/** Three records; red, green and blue of the second pixel of record n are 10 n + 1, + 2 and + 3. */
function writeRecords(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'kestirme-bench-')), 'batch.bin');
  const bytes = new Uint8Array(3 * 3073);
  for (let n = 0; n < 3; n++) {
    bytes[n * 3073] = n + 5;
    for (let c = 0; c < 3; c++) bytes[n * 3073 + 1 + c * 1024 + 1] = 10 * n + c + 1;
  }
  writeFileSync(file, bytes);
  return file;
}

function take(count: number, options: Parameters<typeof batches>[0]) {
  const source = batches(options);
  return Array.from({ length: count }, () => {
    const { value } = source.next();
    if (!value) throw new Error('the batches end');
    return value;
  });
}

describe('images', () => {
  it('are channels last, in their order, and begin again', () => {
    const [first, second] = take(2, { file: writeRecords(), size: 2 });
    expect([[...(first?.labels ?? [])], [...(second?.labels ?? [])]]).toEqual([
      [5, 6],
      [7, 5],
    ]);
    expect([...(second?.indices ?? [])]).toEqual([2, 0]);
    expect([...(first?.images.subarray(3072 + 3, 3072 + 6) ?? [])]).toEqual([11, 12, 13]);
  });

  it('are only as many as wanted', () => {
    const labels = take(3, { file: writeRecords(), size: 1, images: 2 }).map((batch) => batch.labels[0]);
    expect(labels).toEqual([5, 6, 5]);
  });

  it('are the same noise each time when there is no file', () => {
    const [a, b, c] = take(3, { file: undefined, size: 2, images: 4 });
    expect(c).toEqual(a);
    expect(b?.images).not.toEqual(a?.images);
  });
});
