/** Unpacks zlib streams as they are read. */
import { Unzlib } from 'fflate';
import type { ByteStream } from '../events.js';
import { Damaged } from './damaged.js';

/**
 * So much is unpacked at once, wherever the stream itself is cut: else what comes out of a damaged one before it fails would
 * depend on that. It becomes at most four megabytes.
 */
const blockBytes = 4096;

const sumBytes = 4;
/** Of Adler's sum: the largest prime below 2^16, and how many bytes fit before its parts must be reduced. */
const prime = 65_521;
const bytesBetween = 5552;

/** @throws Damaged, from the chunks, when `packed` is no sound zlib stream, or ends early. */
export function inflated(packed: ByteStream): ByteStream {
  return {
    name: packed.name,
    size: null,
    async *chunks() {
      const parts: Uint8Array[] = [];
      let sum = 1;
      const unzlib = new Unzlib((part) => {
        sum = adler32(sum, part);
        parts.push(part);
      });
      const push = (block: Uint8Array, isLast: boolean) => {
        try {
          unzlib.push(block, isLast);
        } catch (cause) {
          const found = cause instanceof Error ? cause.message : String(cause);
          throw new Damaged('a sound zlib stream', found, { cause });
        }
        return parts.splice(0);
      };
      // One is kept back: the last must be known to be the last.
      let waiting: Uint8Array | null = null;
      for await (const block of inBlocks(packed)) {
        if (waiting !== null) yield* push(waiting, false);
        waiting = block;
      }
      const last = waiting ?? new Uint8Array(0);
      yield* push(last, true);
      if (last.length >= sumBytes && sumAtEnd(last) !== sum) {
        throw new Damaged(`a checksum of ${sumAtEnd(last)}`, `contents of ${sum}`);
      }
    },
  };
}

/** The bytes of a stream in blocks of `blockBytes`; the last may be shorter. */
async function* inBlocks({ chunks }: ByteStream): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(blockBytes);
  let filled = 0;
  for await (const chunk of chunks()) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + blockBytes - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === blockBytes) {
        yield block;
        block = new Uint8Array(blockBytes);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

function sumAtEnd(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset + bytes.length - sumBytes).getUint32(0);
}

/** Adler's sum of what has the sum `before`, and then `part`. Source: RFC 1950; fflate does not look at it. */
function adler32(before: number, part: Uint8Array): number {
  let [a, b] = [before & 0xffff, before >>> 16];
  for (let at = 0; at < part.length; ) {
    for (const end = Math.min(at + bytesBetween, part.length); at < end; at++) {
      a += part[at] as number;
      b += a;
    }
    a %= prime;
    b %= prime;
  }
  return ((b << 16) | a) >>> 0;
}
