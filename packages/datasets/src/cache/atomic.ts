import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { threadId } from 'node:worker_threads';

let written = 0;

/**
 * Writes a file of a cache, whole or not at all: several processes may write the same one at once. It is not held to
 * last through a power cut, for it can be made again.
 */
export async function writeCacheFile(file: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${process.pid}-${threadId}-${written++}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
