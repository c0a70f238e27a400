/** Names of very many files, in memory that threads share: a list of strings would be copied to each. */
import { allocate } from '../memory.js';

export interface Names {
  /** UTF-8, one behind the other. */
  text: Uint8Array;
  /** Where each ends. */
  ends: Uint32Array;
}

export function packNames(names: readonly string[]): Names {
  const ends = new Uint32Array(allocate(names.length * Uint32Array.BYTES_PER_ELEMENT));
  let length = 0;
  for (let i = 0; i < names.length; i++) ends[i] = length += Buffer.byteLength(names[i] as string);
  const text = new Uint8Array(allocate(length));
  const buffer = Buffer.from(text.buffer);
  for (let i = 0, at = 0; i < names.length; i++) at += buffer.write(names[i] as string, at);
  return { text, ends };
}

export function nameAt({ text, ends }: Names, i: number): string {
  // A copy: decoders of text refuse shared memory.
  return Buffer.from(text.subarray(i === 0 ? 0 : ends[i - 1], ends[i])).toString();
}
