/** The fingerprint of a part that is a file for each sample. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../error.js';
import type { DataFile } from '../formats/fileHash.js';
import type { Stamp } from '../images/stamps.js';

interface ListedFiles {
  /** The folder, and the names below it. */
  dir: string;
  names: readonly string[];
  /** A label or a name for each file. */
  classes: ArrayLike<number | string>;
  stamps: readonly Stamp[];
}

/** Files whose ends are read, at most, and how much of each end. */
const mostRead = 64;
const endBytes = 1024;

/**
 * Of names, classes and sizes, in order, and besides of the ends of some files: to hash gigabytes before each run would take
 * longer than many a run, and arrays of NumPy are all of one size, whatever is in them.
 */
export async function listedFiles(name: string, { dir, names, classes, stamps }: ListedFiles): Promise<DataFile> {
  const hash = createHash('sha256');
  names.forEach((file, i) => {
    hash.update(`${file}\n${classes[i]} ${stamps[i]?.bytes}\n`);
  });
  const count = Math.min(names.length, mostRead);
  const read = Array.from({ length: count }, (_, i) => {
    const at = Math.floor((i * names.length) / count);
    return endsOf(join(dir, names[at] as string), stamps[at]?.bytes ?? 0);
  });
  const ends = createHash('sha256');
  for (const part of await Promise.all(read)) ends.update(part);
  const bytes = stamps.reduce((all, one) => all + one.bytes, 0);
  return { name, bytes, sha256: hash.digest('hex'), ends: ends.digest('hex') };
}

async function endsOf(path: string, size: number): Promise<Uint8Array> {
  const both = new Uint8Array(2 * endBytes);
  try {
    const file = await open(path, 'r');
    try {
      await file.read(both, 0, endBytes, 0);
      await file.read(both, endBytes, endBytes, Math.max(0, size - endBytes));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileProblem(error, path, 'a sample');
  }
  return both;
}
