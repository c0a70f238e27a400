/** Bytes that can be read from any place: of a file, or in memory. */
import { open } from 'node:fs/promises';
import { DatasetError, fileProblem } from '../error.js';
import { FileHash } from './fileHash.js';
import { ordinarySize } from './ordinaryFile.js';

export interface ByteSource {
  /** Stands in errors. */
  readonly file: string;
  /** In bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset` on, which are good until the next call. @throws DatasetError where there are fewer */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** An ordinary file. `expected`: what it should be, for errors. */
export async function openFileSource(file: string, expected: string): Promise<ByteSource> {
  try {
    const size = await ordinarySize(file, expected);
    const handle = await open(file);
    let memory = Buffer.alloc(0);
    return {
      file,
      size,
      async read(offset, length) {
        if (memory.length < length) memory = Buffer.allocUnsafeSlow(length);
        const bytes = memory.subarray(0, length);
        const { bytesRead } = await handle.read(bytes, 0, length, offset).catch((error: unknown) => {
          throw fileProblem(error, file, expected);
        });
        if (bytesRead !== length) throw tooShort(file, offset + bytesRead, length - bytesRead);
        return bytes;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    throw fileProblem(error, file, expected);
  }
}

export function bytesSource(bytes: Uint8Array, file: string): ByteSource {
  return {
    file,
    size: bytes.length,
    async read(offset, length) {
      if (offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
      throw tooShort(file, bytes.length, offset + length - bytes.length);
    },
    close: async () => {},
  };
}

function tooShort(file: string, offset: number, missing: number): DatasetError {
  return new DatasetError({ file, offset }, `${missing} more bytes`, 'the end of the file');
}

const hashedAtOnce = 1024 * 1024;

/** The hash of all of it. */
export async function hashOf(source: ByteSource): Promise<FileHash> {
  const hash = new FileHash();
  for (let at = 0; at < source.size; at += hashedAtOnce) {
    hash.update(await source.read(at, Math.min(hashedAtOnce, source.size - at)));
  }
  return hash;
}
