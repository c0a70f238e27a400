/** Sizes and times of many files, by which a program tells that they are the ones it knows. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../error.js';

export interface Stamp {
  bytes: number;
  /** When it was last changed, in milliseconds. */
  changed: number;
}

const atOnce = 64;

/** Of each file, in order. @throws DatasetError for one that is not there; the signal's reason */
export async function stampsOf(
  dir: string,
  names: readonly string[],
  { signal, onDone }: { signal?: AbortSignal | undefined; onDone?(count: number): void },
): Promise<Stamp[]> {
  const stamps: Stamp[] = [];
  for (let i = 0; i < names.length; i += atOnce) {
    signal?.throwIfAborted();
    stamps.push(...(await Promise.all(names.slice(i, i + atOnce).map((name) => stampOf(join(dir, name))))));
    onDone?.(stamps.length);
  }
  return stamps;
}

async function stampOf(file: string): Promise<Stamp> {
  try {
    const { size, mtimeMs } = await stat(file);
    return { bytes: size, changed: mtimeMs };
  } catch (error) {
    throw fileProblem(error, file, 'an image');
  }
}
