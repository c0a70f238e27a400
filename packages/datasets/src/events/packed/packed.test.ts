import { zlibSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { bytesStream } from '../stream.js';
import { Damaged } from './damaged.js';
import { inflated } from './inflate.js';
import { unpackLz4 } from './lz4.js';
import { zstdUnpacker } from './zstd.js';

const most = 1000;

/** A frame of LZ4 of these blocks; a packed one is given by its bytes, one that is not by its text. */
function frame(blocks: (number[] | string)[], flags = 0x40): Uint8Array {
  const bytes = [0x04, 0x22, 0x4d, 0x18, flags, 0x70, 0];
  const word = (value: number) => bytes.push(...new Uint8Array(Uint32Array.of(value).buffer));
  for (const block of blocks) {
    const isPacked = typeof block !== 'string';
    const content = isPacked ? block : [...new TextEncoder().encode(block)];
    word((isPacked ? 0 : 0x80000000) + content.length);
    bytes.push(...content);
  }
  word(0);
  return Uint8Array.from(bytes);
}

const [a, b] = [0x61, 0x62];
const unpacked = (bytes: Uint8Array) => new TextDecoder().decode(unpackLz4(bytes, most));

describe('unpackLz4', () => {
  it('repeats what overlaps itself, also from the block before', () => {
    // Two literals, then 4 + 6 bytes from 2 before; one literal at the end.
    expect(unpacked(frame([[0x26, a, b, 2, 0, 0x10, b]]))).toBe('abababababab' + 'b');
    expect(unpacked(frame(['abcdef', [0x00, 6, 0, 0x10, b]]))).toBe('abcdefabcdb');
  });

  it('reads lengths of more than 14', () => {
    const literals = new Array(15 + 255 + 3).fill(a);
    expect(unpacked(frame([[0xf0, 255, 3, ...literals]]))).toBe('a'.repeat(273));
    expect(unpacked(frame([[0x1f, a, 1, 0, 7, 0x10, b]]))).toBe(`${'a'.repeat(1 + 15 + 7 + 4)}b`);
  });

  const broken: [string, Uint8Array, string][] = [
    ['a distance of 0', frame([[0x10, a, 0, 0]]), 'a match within'],
    ['a distance before the beginning', frame([[0x10, a, 2, 0]]), 'a match within'],
    ['literals beyond the block', frame([[0x20, a]]), '2 literal bytes'],
    ['a length without end', frame([[0xf0, 255]]), 'the rest of a length'],
    ['half a distance', frame([[0x10, a, 1]]), 'a distance of 2 bytes'],
    ['more than is allowed', frame([[0x1f, a, 1, 0, ...new Array(8).fill(255), 0]]), 'at most 1000 unpacked bytes'],
    ['a dictionary', frame(['a'], 0x41), 'a frame without dictionary'],
    ['another version', frame(['a'], 0x80), 'version 1 of the LZ4 frame'],
    ['no end', frame(['a']).subarray(0, -4), 'the end mark'],
    ['no frame', new Uint8Array(20), 'an LZ4 frame'],
  ];
  it.each(broken)('refuses %s', (_, bytes, message) => {
    expect(() => unpackLz4(bytes, most)).toThrow(Damaged);
    expect(() => unpackLz4(bytes, most)).toThrow(message);
  });
});

describe('zstdUnpacker', async () => {
  const fetch = vi.spyOn(globalThis, 'fetch');
  const unpackZstd = await zstdUnpacker();
  const fetched = [...fetch.mock.calls];
  fetch.mockRestore();

  it('fetches nothing, not even out of an address: policies of pages forbid that', () => {
    expect(fetched).toEqual([]);
  });

  /** One block of `size` times 'a', in a frame that says that it has `says` bytes. */
  const zstd = (size: number, says: number, ...after: number[]) => {
    const block = (size << 3) | (1 << 1) | 1;
    return Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, says, block & 255, block >> 8, block >> 16, a, ...after);
  };

  it('unpacks a frame', () => {
    expect(new TextDecoder().decode(unpackZstd(zstd(200, 200), most))).toBe('a'.repeat(200));
  });

  const broken: [string, Uint8Array, string][] = [
    ['more than is allowed', zstd(200, 200), 'at most 100 unpacked bytes'],
    ['something behind the frame', zstd(20, 20, 1), 'one Zstandard frame of 11 bytes'],
    ['a cut block', zstd(20, 20).subarray(0, 9), 'a whole Zstandard block'],
    ['a frame that does not say its size', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0), 'that says its size'],
    ['no frame', new Uint8Array(20), 'a Zstandard frame'],
    ['less than it says', zstd(20, 21), 'a sound Zstandard frame of 21 bytes'],
    ['more than it says', zstd(20, 19), 'a sound Zstandard frame of 19 bytes'],
  ];
  it.each(broken)('refuses %s', (_, bytes, message) => {
    expect(() => unpackZstd(bytes, 100)).toThrow(Damaged);
    expect(() => unpackZstd(bytes, 100)).toThrow(message);
  });
});

describe('inflated', () => {
  const contents = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) >> 7);
  const packed = zlibSync(contents);

  async function all(bytes: Uint8Array): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of inflated(bytesStream('a', bytes)).chunks()) parts.push(part);
    return Buffer.concat(parts);
  }

  it('unpacks a stream', async () => {
    expect(Buffer.compare(await all(packed), contents)).toBe(0);
  });

  it.each([0, 1, 5, packed.length - 5, packed.length - 1])('refuses one cut to %i bytes', async (length) => {
    await expect(all(packed.subarray(0, length))).rejects.toThrow(Damaged);
  });

  it('refuses one with another checksum', async () => {
    const bytes = packed.slice();
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    await expect(all(bytes)).rejects.toThrow(/a checksum of \d+, found contents of \d+/);
  });
});
