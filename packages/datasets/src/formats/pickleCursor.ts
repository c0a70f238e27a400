import { DatasetError } from '../error.js';
import type { ByteSource } from './byteSource.js';

/** Read at once. */
const pieceBytes = 64 * 1024;
/** No module or name here is near this. */
const longestLine = 100;

/** Goes through a source from its start, reading it piece by piece and leaving out what is skipped. */
export class PickleCursor {
  readonly #source: ByteSource;
  #piece: Uint8Array = new Uint8Array(0);
  /** Where the piece begins in the source. */
  #start = 0;
  #at = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get position(): number {
    return this.#start + this.#at;
  }

  /** Bytes at hand. */
  get left(): number {
    return this.#piece.length - this.#at;
  }

  /** Brings at least `bytes` to hand, or all that there are. */
  async have(bytes: number): Promise<void> {
    if (this.left >= bytes) return;
    this.#start = this.position;
    this.#at = 0;
    const length = Math.min(Math.max(bytes, pieceBytes), this.#source.size - this.#start);
    this.#piece = await this.#source.read(this.#start, Math.max(0, length));
  }

  async #need(bytes: number): Promise<void> {
    await this.have(bytes);
    if (this.left < bytes) throw this.#end(bytes);
  }

  #end(bytes: number): DatasetError {
    const { file, size } = this.#source;
    return new DatasetError(
      { file, offset: size },
      `${bytes} bytes from byte ${this.position} on`,
      'the end of the file',
    );
  }

  /** One of those at hand. */
  byte(): number {
    return this.#piece[this.#at++] as number;
  }

  /** Little-endian, from 0 on. */
  async number(bytes: number): Promise<number> {
    await this.#need(bytes);
    let value = 0;
    for (let i = 0, unit = 1; i < bytes; i++, unit *= 256) value += unit * this.byte();
    return value;
  }

  /** Bytes as characters 0 to 255. */
  async text(bytes: number): Promise<string> {
    await this.#need(bytes);
    const text = String.fromCharCode(...this.#piece.subarray(this.#at, this.#at + bytes));
    this.#at += bytes;
    return text;
  }

  async line(): Promise<string> {
    await this.have(longestLine);
    const length = this.#piece.subarray(this.#at, this.#at + longestLine).indexOf(10);
    if (length < 0) {
      const { file } = this.#source;
      throw new DatasetError(
        { file, offset: this.position },
        `a name of less than ${longestLine} bytes`,
        'no end of it',
      );
    }
    const text = await this.text(length);
    this.byte();
    return text;
  }

  /** @throws DatasetError where the source ends before */
  skip(bytes: number): void {
    if (this.position + bytes > this.#source.size) throw this.#end(bytes);
    if (bytes <= this.left) {
      this.#at += bytes;
      return;
    }
    this.#start = this.position + bytes;
    this.#at = 0;
    this.#piece = new Uint8Array(0);
  }
}
