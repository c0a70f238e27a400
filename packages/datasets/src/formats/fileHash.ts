import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/**
 * A file that images were read from, by what it holds: a gzip file counts under its name without '.gz', with what it
 * unpacks to, so that packing a file does not make other data of it.
 */
export interface DataFile {
  name: string;
  /** Of what was hashed. */
  bytes: number;
  /** In hexadecimal. */
  sha256: string;
  /** Where only some of its images were read and hashed: how many, and of how many. */
  part?: { images: number; of: number };
  /** Of a list of files, whose `sha256` is of names and sizes: a hash of the ends of some of them, in hexadecimal. */
  ends?: string;
}

export type OnDataFile = (file: DataFile) => void;

/** Hashes a file while it is read, part by part. */
export class FileHash {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  /** So far. */
  get bytes(): number {
    return this.#bytes;
  }

  update(part: Uint8Array): this {
    this.#hash.update(part);
    this.#bytes += part.length;
    return this;
  }

  /** Of all parts; `path` is where they came from. To be called once. */
  finish(path: string): DataFile {
    return { name: basename(path).replace(/\.gz$/, ''), bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}
