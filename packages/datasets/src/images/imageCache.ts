/**
 * Decoded and resized images on the disk, by what the file held and how it was resized. A file each, written under another
 * name and then renamed, so that threads and processes may share the folder; a checksum tells what a crash or a full disk
 * left. Each of its folders has a share of the bytes. A full one takes nothing new: where every epoch reads every image
 * once, pushing old ones out for new ones would only wear the disk. What nobody has read for a week gives way.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sample } from '../samples/sample.js';
import { day, headerBytes, readEntry, writeEntry } from './cacheEntry.js';

export interface CacheSettings {
  folder: string;
  /** At most so many, of all images. */
  bytes: number;
}

/** Of the decoders and the arithmetic; another number leaves alone what others wrote. */
const version = 1;
const folders = 256;
/** Failed writes in a row after which no more is tried. */
const mostFailures = 5;

/** Of images of bytes in three channels. */
export class ImageCache {
  readonly #root: string;
  readonly #share: number;
  readonly #settings: string;
  /** Bytes in each folder that this thread has written to, as far as it knows. */
  readonly #sizes = new Map<string, number>();
  #failures = 0;

  /** `settings`: how images are made, as part of a file's name. */
  constructor({ folder, bytes }: CacheSettings, settings: string) {
    this.#root = join(folder, 'images', `v${version}`);
    this.#share = bytes / folders;
    this.#settings = settings;
  }

  /** What the cache has of a file that holds `bytes`; else what `make` gives, which is kept. */
  get(bytes: Uint8Array, make: () => Sample): Sample {
    const hash = createHash('sha256').update(bytes).digest('hex');
    const file = join(this.#root, hash.slice(0, 2), `${hash.slice(2, 42)}-${this.#settings}`);
    const found = readEntry(file);
    if (found !== null) return found;
    const made = make();
    if (this.#failures < mostFailures) this.#keep(file, made);
    return made;
  }

  /** Where the disk is full, or not to be written to, images are made anew each time. */
  #keep(file: string, image: Sample): void {
    const folder = dirname(file);
    try {
      const size = this.#sizes.get(folder) ?? openFolder(folder);
      const sizeThen = size + headerBytes + image.pixels.length;
      const fits = sizeThen <= this.#share;
      if (fits) writeEntry(file, image);
      this.#sizes.set(folder, fits ? sizeThen : size);
      this.#failures = 0;
    } catch {
      this.#failures++;
    }
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
