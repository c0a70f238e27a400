/**
 * How much a cache may hold. It keeps its files in folders by the first two digits of their hashes, each of which has a
 * share of the bytes. A full one takes nothing new: where every epoch reads every sample once, pushing old ones out for new
 * ones would only wear the disk. What nobody has read for a week gives way. Threads and processes may share the folders:
 * each counts what it writes, and looks anew after an eighth of a share.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';

export interface CacheSettings {
  /** Of all caches. */
  folder: string;
  /** At most so many, of all that one kind of cache holds; 0: it takes nothing. */
  bytes: number;
}

const folders = 256;
const day = 24 * 60 * 60 * 1000;

interface Counted {
  bytes: number;
  /** By this thread, since the folder was looked at. */
  written: number;
}

export class CacheRoom {
  readonly #share: number;
  readonly #counted = new Map<string, Counted>();

  constructor(bytes: number) {
    this.#share = bytes / folders;
  }

  /** Whether there is room for a file of so many bytes, whose folder there is then. @throws the system's error */
  has(file: string, bytes: number): boolean {
    if (bytes > this.#share) return false;
    const folder = dirname(file);
    const counted = this.#counted.get(folder) ?? { bytes: openFolder(folder), written: 0 };
    this.#counted.set(folder, counted);
    return counted.bytes + bytes <= this.#share;
  }

  /** A file was written. */
  count(file: string, bytes: number): void {
    const counted = this.#counted.get(dirname(file));
    if (counted === undefined) return;
    counted.bytes += bytes;
    counted.written += bytes;
    if (counted.written > this.#share / 8) this.#counted.delete(dirname(file));
  }
}

/** Makes a folder where there is none, removes what is old in it, gives the bytes of what stays; infinite: there is no room. */
function openFolder(folder: string): number {
  fs.mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (const name of fs.readdirSync(folder)) {
    const file = join(folder, name);
    // Another process may have removed it.
    const found = fs.statSync(file, { throwIfNoEntry: false });
    if (found === undefined) continue;
    const keeps = name.endsWith('.tmp') ? day : 7 * day;
    if (found.mtimeMs < Date.now() - keeps) fs.rmSync(file, { force: true });
    else bytes += found.size;
  }
  return isAllButFull(folder) ? Number.POSITIVE_INFINITY : bytes;
}

/** Others need the rest of the disk. */
function isAllButFull(folder: string): boolean {
  const { bavail, blocks, bsize } = fs.statfsSync(folder);
  return bavail * 20 < blocks && bavail * bsize < 2e9;
}

/** To be called when a file was read: once a day, its time says so. */
export function markUsed(file: string, mtimeMs: number): void {
  if (mtimeMs >= Date.now() - day) return;
  try {
    const now = Date.now() / 1000;
    fs.utimesSync(file, now, now);
  } catch {
    // Another user's: it can be read all the same.
  }
}
