/** Recordings as other readers read them: test/golden/make_events.py. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileStream } from '../fileStream.js';
import { type AllEvents, inPieces, readAll } from './events.test.support.js';
import { eventFormatOf } from './index.js';

const repository = join(import.meta.dirname, '../../../../..');
const golden = join(repository, 'test/golden/events');
const real = join(process.env.KESTIRME_TEST_DATA ?? join(repository, '../shared/data'), 'events');

interface Golden {
  format: string;
  width: number | null;
  height: number | null;
  readers: string[];
  size: number;
  first: number[][];
  sha256: string;
}

const { files, real: realFiles } = JSON.parse(readFileSync(join(golden, 'events.json'), 'utf8')) as {
  files: Record<string, Golden>;
  real: Record<string, Golden>;
};

function hashOf({ t, x, y, p }: AllEvents): string {
  const hash = createHash('sha256').update(Float64Array.from(t)).update(Uint16Array.from(x));
  return hash.update(Uint16Array.from(y)).update(Uint8Array.from(p)).digest('hex');
}

function expectGolden(events: AllEvents, { size, first, sha256 }: Golden): void {
  const { t, x, y, p } = events;
  expect(first.map((_, i) => [t[i], x[i], y[i], p[i]])).toEqual(first);
  expect(t).toHaveLength(size);
  expect(hashOf(events)).toBe(sha256);
}

describe('recordings of other writers', () => {
  it.each(Object.entries(files))('%s is read as other readers read it', async (name, expected) => {
    const bytes = readFileSync(join(golden, name));
    const format = eventFormatOf(name, bytes.subarray(0, 4096));
    expect(format?.name).toBe(expected.format);
    const options = {
      ...(expected.width && { width: expected.width }),
      ...(expected.height && { height: expected.height }),
    };
    const read = format?.read(await fileStream(join(golden, name)), options) ?? [];
    expectGolden(await readAll(read as AsyncIterable<never>), expected);
  });

  it.each(Object.entries(files))('%s is the same wherever the stream is cut', async (name, expected) => {
    const bytes = readFileSync(join(golden, name));
    for (const piece of [1, 13, 1000]) {
      const format = eventFormatOf(name, bytes.subarray(0, 4096));
      const options = { width: expected.width ?? 2048, height: expected.height ?? 2048 };
      expectGolden(
        await readAll((format as NonNullable<typeof format>).read(inPieces(name, bytes, piece), options)),
        expected,
      );
    }
  });
});

const there = existsSync(real);
if (!there) console.warn(`skipped: tests on real recordings, for ${real} is not there (see KESTIRME_TEST_DATA)`);

describe.runIf(there)('real recordings', () => {
  it.each(Object.entries(realFiles))('%s is read as other readers read it', async (path, expected) => {
    const file = join(real, path);
    const format = eventFormatOf(path, readFileSync(file).subarray(0, 4096));
    expect(format?.name).toBe(expected.format);
    expectGolden(await readAll((format as NonNullable<typeof format>).read(await fileStream(file))), expected);
  });
});
