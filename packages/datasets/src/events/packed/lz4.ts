/**
 * Unpacks LZ4 frames. Source: Collet, "LZ4 Frame Format Description" and "LZ4 Block Format Description". The checksums are
 * not looked at. No kept library was found that reads frames, runs in pages, and bounds what it unpacks.
 */
import { Damaged } from './damaged.js';

const magic = 0x184d2204;

/** What is unpacked so far; grows up to `most`. */
class Output {
  bytes: Uint8Array;
  size = 0;
  readonly #most: number;

  constructor(guess: number, most: number) {
    this.#most = most;
    this.bytes = new Uint8Array(Math.min(guess, most));
  }

  reserve(count: number): void {
    const needed = this.size + count;
    if (needed > this.#most) throw new Damaged(`at most ${this.#most} unpacked bytes`, 'more');
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.min(this.#most, Math.max(needed, 2 * this.bytes.length)));
    larger.set(this.bytes.subarray(0, this.size));
    this.bytes = larger;
  }

  append(part: Uint8Array): void {
    this.reserve(part.length);
    this.bytes.set(part, this.size);
    this.size += part.length;
  }

  /** Repeats `length` bytes that begin `distance` before the end; they may overlap what they make. */
  repeat(distance: number, length: number): void {
    if (distance === 0 || distance > this.size) throw new Damaged('a match within what was unpacked', `${distance}`);
    this.reserve(length);
    const from = this.size - distance;
    // What was made so far can be repeated, too: twice as much each time.
    for (let made = 0, part = 0; made < length; made += part) {
      part = Math.min(distance + made, length - made);
      this.bytes.copyWithin(this.size + made, from, from + part);
    }
    this.size += length;
  }
}

/** The contents of one frame. @throws Damaged */
export function unpackLz4(packed: Uint8Array, most: number): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  if (packed.length < 7 || view.getUint32(0, true) !== magic) throw new Damaged('an LZ4 frame', 'none');
  const flags = packed[4] as number;
  if (flags >> 6 !== 1) throw new Damaged('version 1 of the LZ4 frame', `version ${flags >> 6}`);
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  const contentSize = (flags & 8) !== 0 ? 8 : 0;
  if ((flags & 1) !== 0) throw new Damaged('a frame without dictionary', 'one with a dictionary');
  const output = new Output(4 * packed.length, most);
  let at = 4 + 2 + contentSize + 1;
  for (;;) {
    if (at + 4 > packed.length) throw new Damaged('the end mark of an LZ4 frame', 'the end of the packet');
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) return output.bytes.subarray(0, output.size);
    const size = word & 0x7fffffff;
    if (at + size > packed.length) throw new Damaged(`a block of ${size} bytes`, `${packed.length - at}`);
    const block = packed.subarray(at, at + size);
    if (word >>> 31 === 1) output.append(block);
    else unpackBlock(block, output);
    at += size + blockChecksum;
  }
}

function unpackBlock(block: Uint8Array, output: Output): void {
  let at = 0;
  /** A length's first four bits stand in the token; 15: bytes follow, up to one that is not 255. */
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    for (let next = nibble === 15 ? 255 : 0; next === 255; length += next) {
      if (at >= block.length) throw new Damaged('the rest of a length', 'the end of a block');
      next = block[at++] as number;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++] as number;
    const literals = lengthFrom(token >> 4);
    if (at + literals > block.length) throw new Damaged(`${literals} literal bytes`, `${block.length - at}`);
    output.append(block.subarray(at, at + literals));
    at += literals;
    // The last sequence of a block has no match.
    if (at === block.length) return;
    if (at + 2 > block.length) throw new Damaged('a distance of 2 bytes', '1 byte');
    const distance = (block[at] as number) | ((block[at + 1] as number) << 8);
    at += 2;
    output.repeat(distance, lengthFrom(token & 15) + 4);
  }
}
