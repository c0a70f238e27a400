import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ByteStream } from './events.js';
import { fileStream } from './fileStream.js';
import { blobStream, bytesStream } from './stream.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-stream-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const bytes = Uint8Array.from({ length: 600_000 }, (_, i) => (i * 7) >> 5);

async function all({ chunks }: ByteStream): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of chunks()) parts.push(part);
  return Buffer.concat(parts);
}

describe('streams of bytes', () => {
  it('give all bytes, of a file, a Blob and memory, and again when they are read again', async () => {
    const file = join(dir, 'recording');
    writeFileSync(file, bytes);
    for (const stream of [await fileStream(file), blobStream('a', new Blob([bytes])), bytesStream('a', bytes)]) {
      expect(stream.size).toBe(bytes.length);
      expect(Buffer.compare(await all(stream), bytes)).toBe(0);
      expect((await all(stream)).length).toBe(bytes.length);
    }
  });

  it('of nothing have no pieces', async () => {
    const file = join(dir, 'empty');
    writeFileSync(file, '');
    for (const stream of [await fileStream(file), blobStream('a', new Blob([])), bytesStream('a', new Uint8Array(0))]) {
      expect((await all(stream)).length).toBe(0);
    }
  });

  it('can be left before their end', async () => {
    for (const stream of [await fileStream(join(dir, 'recording')), blobStream('a', new Blob([bytes]))]) {
      for await (const piece of stream.chunks()) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
    }
  });

  it('of a file name what is wrong with it', async () => {
    await expect(fileStream(join(dir, 'none'))).rejects.toThrow(
      /none: expected a recording of events, found no such file/,
    );
    await expect(fileStream(dir)).rejects.toThrow('expected a recording of events, found a folder');
    const file = join(dir, 'gone');
    writeFileSync(file, 'a');
    const stream = await fileStream(file);
    rmSync(file);
    await expect(all(stream)).rejects.toThrow(/gone: expected a recording of events, found no such file/);
  });
});
