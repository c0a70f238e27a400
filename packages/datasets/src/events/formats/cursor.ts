import type { ByteStream } from '../events.js';

/**
 * Walks over a stream's bytes: `bytes` from `at` on are there to be read, and `have` brings more. Holds what was not
 * read yet and one chunk of the stream, nothing else.
 */
export class Cursor {
  readonly name: string;
  bytes: Uint8Array = new Uint8Array(0);
  view = new DataView(this.bytes.buffer);
  at = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** Where `bytes` begins in the stream. */
  #start = 0;
  #ended = false;

  constructor(stream: ByteStream) {
    this.name = stream.name;
    this.#chunks = stream.chunks()[Symbol.asyncIterator]();
  }

  /** Bytes at hand. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** Where the next byte lies in the stream. */
  get offset(): number {
    return this.#start + this.at;
  }

  /** Whether at least `count` bytes are at hand, after waiting for them; false: the stream ends before. */
  async have(count: number): Promise<boolean> {
    let left = this.left;
    if (left >= count) return true;
    const parts: Uint8Array[] = [this.bytes.subarray(this.at)];
    while (left < count && !this.#ended) {
      const { done, value } = await this.#chunks.next();
      if (done) this.#ended = true;
      else if (value.length > 0) {
        parts.push(value);
        left += value.length;
      }
    }
    this.#start += this.at;
    this.at = 0;
    this.bytes = joined(parts, left);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, left);
    return left >= count;
  }

  /** Passes over `count` bytes without keeping them. False: the stream ends before. */
  async skip(count: number): Promise<boolean> {
    let rest = count;
    while (rest > this.left) {
      rest -= this.left;
      this.at = this.bytes.length;
      if (!(await this.have(1))) return false;
    }
    this.at += rest;
    return true;
  }

  /** Has the stream closed; to be called when reading ends early, too. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#chunks.return?.();
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const filled = parts.filter((part) => part.length > 0);
  if (filled.length === 1) return filled[0] as Uint8Array;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of filled) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
