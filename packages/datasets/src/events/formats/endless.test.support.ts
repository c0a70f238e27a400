/** Recordings of any length, made while they are read. */
import type { ByteStream } from '../events.js';
import { golden, packet, words16, words32 } from './recordings.test.support.js';

/** A stream that begins with `head` and repeats `block` until it has `size` bytes or somewhat more; counts what it gave. */
export function repeated(
  name: string,
  head: Uint8Array,
  block: Uint8Array,
  size: number,
): ByteStream & { given: number } {
  const stream = {
    name,
    size: null,
    given: 0,
    async *chunks() {
      yield head;
      for (stream.given = head.length; stream.given < size; ) {
        stream.given += block.length;
        yield block;
      }
    },
  };
  return stream;
}

/** As much of `part` as gives about a quarter of a megabyte. */
const block = (part: Uint8Array): Buffer => Buffer.concat(new Array(Math.ceil(2 ** 18 / part.length)).fill(part));
const text = (value: string) => Buffer.from(value, 'latin1');

/** For each format: how a recording begins, what it goes on with, and how many events that has. */
export function endless(): Record<string, { head: Buffer; block: Buffer; events: number }> {
  const times = (part: Buffer, events: number) => {
    const repeatedPart = block(part);
    return { block: repeatedPart, events: (repeatedPart.length / part.length) * events };
  };
  const aedat4 = golden('none.aedat4');
  const start = 18 + aedat4.readUInt32LE(14);
  const openEnded = Buffer.from(aedat4.subarray(0, start));
  openEnded.writeBigInt64LE(-1n, 54);
  // All events of one packet in one moment: the packet can come again.
  const packet4 = Buffer.from(aedat4.subarray(start, start + 8 + aedat4.readInt32LE(start + 4)));
  for (let at = packet4.length - 1600; at < packet4.length; at += 16) packet4.writeBigInt64LE(5n, at);
  return {
    nmnist: { head: Buffer.alloc(0), ...times(Buffer.from([1, 2, 0, 0, 5]), 1) },
    aedat2: { head: text('#!AER-DAT2.0\r\n'), ...times(Buffer.from([0, 0, 7, 9, 0, 0, 0, 5]), 1) },
    aedat3: {
      head: text('#!AER-DAT3.1\r\n#!END-HEADER\r\n'),
      ...times(packet(new Array(100).fill([1, 3, 4, 5])), 100),
    },
    aedat4: { head: openEnded, ...times(packet4, 100) },
    dat: { head: Buffer.concat([text('% Version 2\n'), Buffer.from([0x0c, 8])]), ...times(words32(5, 9), 1) },
    evt2: { head: Buffer.concat([text('% evt 2.0\n% end\n'), words32(0x80000001)]), ...times(words32(0x10000009), 1) },
    evt3: { head: Buffer.concat([text('% evt 3.0\n% end\n'), words16(0x8001)]), ...times(words16(0x3808, 0x4001), 1) },
  };
}
