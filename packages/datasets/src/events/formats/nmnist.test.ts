import { describe, expect, it } from 'vitest';
import type { EventProblem } from '../events.js';
import { SkippedEvents } from '../problems.js';
import { bytesStream } from '../stream.js';
import { inPieces, readAll } from './events.test.support.js';
import { nmnist } from './nmnist.js';

/** One record of 5 bytes. */
const record = (x: number, y: number, p: number, t: number) => [x, y, (p << 7) | (t >> 16), (t >> 8) & 255, t & 255];

describe('nmnist', () => {
  it('reads x, y, polarity and time, wherever the stream is cut', async () => {
    const bytes = Uint8Array.from([...record(3, 4, 1, 5), ...record(33, 0, 0, 0x7fffff)]);
    for (const piece of [1, 3, 5, 7, 100]) {
      const events = await readAll(nmnist.read(inPieces('a.bin', bytes, piece)));
      expect(events).toEqual({ t: [5, 0x7fffff], x: [3, 33], y: [4, 0], p: [1, 0] });
    }
  });

  it('adds 2^13 us to all that follows an overflow', async () => {
    const bytes = Uint8Array.from([...record(1, 1, 1, 8000), ...record(0, 240, 0, 0), ...record(2, 2, 0, 10)]);
    expect((await readAll(nmnist.read(bytesStream('a.bin', bytes)))).t).toEqual([8000, 8202]);
  });

  const broken: [string, number[], EventProblem['kind'], number, string][] = [
    ['an address outside', [...record(1, 1, 1, 1), ...record(34, 0, 0, 2)], 'address', 5, 'x 34, y 0'],
    ['time going back', [...record(1, 1, 1, 9), ...record(1, 1, 0, 8)], 'time', 5, 'one at 8 us'],
    ['a cut record', [...record(1, 1, 1, 9), 1, 2], 'truncated', 5, '2 bytes'],
  ];
  it.each(broken)('refuses %s, or leaves it out and counts it', async (_, bytes, kind, offset, found) => {
    const stream = bytesStream('some/a.bin', Uint8Array.from([...bytes]));
    await expect(readAll(nmnist.read(stream))).rejects.toMatchObject({ file: 'some/a.bin', offset, found });
    const skipped = new SkippedEvents();
    const events = await readAll(nmnist.read(stream, { onProblem: skipped.note }));
    expect(events.t).toHaveLength(1);
    expect(skipped.counts).toEqual({ [kind]: 1 });
    expect(skipped.first).toMatchObject({ file: 'some/a.bin', kind, offset, found });
    expect(skipped.summary?.reason).toContain(`${kind} 1; the first: expected`);
  });

  it('takes another size of sensor', async () => {
    const stream = bytesStream('a.bin', Uint8Array.from(record(200, 180, 1, 1)));
    expect((await readAll(nmnist.read(stream, { width: 240, height: 181 }))).x).toEqual([200]);
  });
});
