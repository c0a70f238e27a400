import { createReadStream } from 'node:fs';
import { DatasetError, fileProblem } from '../error.js';
import { ordinarySize } from '../formats/ordinaryFile.js';
import type { ByteStream } from './events.js';

/** So much is read at once, and for as long as it is worked on, the next. */
const chunkBytes = 256 * 1024;

/** An ordinary file, read in pieces. @throws DatasetError when it is not there, no ordinary file, or cannot be read. */
export async function fileStream(file: string): Promise<ByteStream> {
  const expected = 'a recording of events';
  const size = await ordinarySize(file, expected).catch((error: unknown) => {
    throw fileProblem(error, file, expected);
  });
  return {
    name: file,
    size,
    async *chunks() {
      try {
        yield* createReadStream(file, { highWaterMark: chunkBytes }) as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw error instanceof DatasetError ? error : fileProblem(error, file, expected);
      }
    },
  };
}
