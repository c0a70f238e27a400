/**
 * Decoded and resized images on the disk, by what the file held and how it was resized. A file each, written under another
 * name and then renamed, so that threads and processes may share the folder; a checksum tells what a crash or a full disk
 * left.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CacheRoom, type CacheSettings } from '../cache/room.js';
import type { Sample } from '../samples/sample.js';
import { headerBytes, readEntry, writeEntry } from './cacheEntry.js';
import { ownMemory, type PixelMemory } from './pixelMemory.js';

/** Of the decoders and the arithmetic; another number leaves alone what others wrote. */
const version = 1;
/** Failed writes in a row after which no more is tried. */
const mostFailures = 5;

/** Of images of bytes in three channels. */
export class ImageCache {
  readonly #root: string;
  readonly #room: CacheRoom;
  readonly #settings: string;
  #failures = 0;

  /** `settings`: how images are made, as part of a file's name. */
  constructor({ folder, bytes }: CacheSettings, settings: string) {
    this.#root = join(folder, 'images', `v${version}`);
    this.#room = new CacheRoom(bytes);
    this.#settings = settings;
  }

  /** What the cache has of a file that holds `bytes`; else what `make` gives, which is kept. */
  get(bytes: Uint8Array, make: () => Sample, memory: PixelMemory = ownMemory): Sample {
    const hash = createHash('sha256').update(bytes).digest('hex');
    const file = join(this.#root, hash.slice(0, 2), `${hash.slice(2, 42)}-${this.#settings}`);
    const found = readEntry(file, memory);
    if (found !== null) return found;
    const made = make();
    if (this.#failures < mostFailures) this.#keep(file, made);
    return made;
  }

  /** Where the disk is full, or not to be written to, images are made anew each time. */
  #keep(file: string, image: Sample): void {
    const bytes = headerBytes + image.pixels.length;
    try {
      if (this.#room.has(file, bytes)) {
        writeEntry(file, image);
        this.#room.count(file, bytes);
      }
      this.#failures = 0;
    } catch {
      this.#failures++;
    }
  }
}
