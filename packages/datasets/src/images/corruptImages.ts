/** Which images of a source cannot be read: found out once by reading all, and remembered until one of the files changes. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCacheFile } from '../cache/atomic.js';
import { DatasetError } from '../error.js';
import type { Skipped } from '../sets/dataset.js';
import { type ImageFilesSource, imageReader } from './imageFiles.js';
import { nameAt } from './names.js';
import type { Stamp } from './stamps.js';

/** By its position: what is wrong with it. */
export type Corrupt = Map<number, Skipped>;

interface CheckOptions {
  cacheDir: string;
  /** Of each file of the source. */
  stamps: readonly Stamp[];
  signal?: AbortSignal | undefined;
  onDone?(count: number): void;
}

/** Images that can be read are in the cache of the source then, if it has one. */
export async function corruptImages(source: ImageFilesSource, options: CheckOptions): Promise<Corrupt> {
  const { cacheDir, stamps, signal, onDone } = options;
  const { folder, names } = source;
  const hash = createHash('sha256');
  stamps.forEach(({ bytes, changed }, i) => {
    hash.update(`${nameAt(names, i)}\n${bytes} ${changed}\n`);
  });
  const file = join(cacheDir, 'corrupt-images', `${hash.digest('hex').slice(0, 40)}.json`);
  const known = await remembered(file);
  if (known !== null) return withFolder(known, folder);
  const read = imageReader(source);
  const found: Corrupt = new Map();
  for (let i = 0; i < stamps.length; i++) {
    try {
      read(i);
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      found.set(i, { file: nameAt(names, i), reason: error.reason });
    }
    // Whoever waits may want to be told, or to stop it.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    onDone?.(i + 1);
  }
  // It only has to be found out again where the disk is full.
  await writeCacheFile(file, JSON.stringify([...found])).catch(() => undefined);
  return withFolder(found, folder);
}

function withFolder(found: Corrupt, folder: string): Corrupt {
  return new Map([...found].map(([i, { file, ...rest }]) => [i, { ...rest, file: join(folder, file) }]));
}

/** Null: nothing, or nothing that makes sense. */
async function remembered(file: string): Promise<Corrupt | null> {
  try {
    const entries = JSON.parse(await readFile(file, 'utf8')) as [number, Skipped][];
    const sound = entries.every(
      ([i, one]) => Number.isInteger(i) && typeof one.file === 'string' && typeof one.reason === 'string',
    );
    return sound ? new Map(entries) : null;
  } catch {
    return null;
  }
}
