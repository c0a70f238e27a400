/** A file of lines that grows, read from where the last look ended. */
import { open, stat } from 'node:fs/promises';
import { isAbsence } from '../errors.js';

export interface Line {
  text: string;
  /** Where it begins in the file, in bytes. */
  at: number;
  bytes: number;
}

/** Bytes of a look: many lines are taken in piece by piece. */
const PIECE = 4 * 2 ** 20;

export class Tail {
  readonly file: string;
  #at = 0;
  #inode: number | null = null;
  #size = 0;
  /** The size at which its lines could not be understood. */
  #damaged: number | null = null;

  constructor(file: string) {
    this.file = file;
  }

  /** What was read is void: begins again with the first line, when the file has changed. */
  giveUp(): void {
    this.#restart();
    this.#damaged = this.#size;
  }

  #restart(): void {
    this.#at = 0;
    this.#inode = null;
  }

  /**
   * Complete lines that came since. `restarted`: the file is another one, or was cut back: lines told before are void.
   * `more`: there is more than was read. A file that is not there has no lines.
   */
  async read(): Promise<{ lines: Line[]; restarted: boolean; more: boolean }> {
    const found = await stat(this.file).catch((error: unknown) => {
      if (isAbsence(error)) return null;
      throw error;
    });
    const [size, inode] = found === null ? [0, null] : [found.size, found.ino];
    const restarted = size < this.#at || (this.#inode !== null && inode !== this.#inode);
    if (restarted) this.#restart();
    this.#size = size;
    if (size === this.#damaged) return { lines: [], restarted: false, more: false };
    this.#damaged = null;
    this.#inode = inode;
    if (size === this.#at) return { lines: [], restarted, more: false };
    const bytes = await this.#bytes(Math.min(size - this.#at, PIECE), size);
    const lines: Line[] = [];
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      const text = bytes.toString('utf8', from, end);
      lines.push({ text, at: this.#at + from, bytes: end - from });
      from = end + 1;
    }
    this.#at += from;
    return { lines, restarted, more: from > 0 && this.#at < size };
  }

  /** From where it stands; more where a line is longer than a piece. */
  async #bytes(length: number, size: number): Promise<Buffer> {
    const handle = await open(this.file, 'r');
    try {
      for (let wanted = length; ; wanted = Math.min(2 * wanted, size - this.#at)) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, this.#at);
        const bytes = buffer.subarray(0, bytesRead);
        if (bytes.includes(10) || bytesRead < wanted || wanted >= size - this.#at) return bytes;
      }
    } finally {
      await handle.close();
    }
  }
}

/** A line told before. */
export async function lineAt(file: string, { at, bytes }: Pick<Line, 'at' | 'bytes'>): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, at);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
