import { describe, expect, it } from 'vitest';
import type { EventProblemKind } from '../events.js';
import { SkippedEvents } from '../problems.js';
import { bytesStream } from '../stream.js';
import { aedat4 } from './aedat4.js';
import { readAll } from './events.test.support.js';
import { golden } from './recordings.test.support.js';
import { stmnist } from './stmnist.js';

describe('AEDAT 4 and MAT-files with a problem', () => {
  const whole = golden('lz4.aedat4');
  /** Headers of the packets of 100, 100 and 50 events. */
  const first = 18 + whole.readUInt32LE(14);
  const second = first + 8 + whole.readInt32LE(first + 4);
  const changed = (at: number, value: number) => {
    const bytes = Buffer.from(whole);
    bytes.writeInt32LE(value, at);
    return bytes;
  };

  const broken: [string, Buffer, EventProblemKind, number, number][] = [
    ['a cut packet', whole.subarray(0, second + 100), 'truncated', second + 8, 100],
    ['a recording that ends behind a packet', whole.subarray(0, second), 'truncated', second, 100],
    ['a packet whose size is below 0', changed(second + 4, -1), 'counter', second, 100],
    ['a packet that is no LZ4 frame', changed(second + 8, 7), 'damaged', second, 150],
    ['a packet with a damaged block', changed(first + 30, 0x7fffffff), 'damaged', first, 150],
  ];
  it.each(broken)('%s', async (_, bytes, kind, offset, left) => {
    const stream = bytesStream('a.aedat4', bytes);
    await expect(readAll(aedat4.read(stream))).rejects.toMatchObject({ name: 'DatasetError', offset });
    const skipped = new SkippedEvents();
    expect((await readAll(aedat4.read(stream, { onProblem: skipped.note }))).t).toHaveLength(left);
    expect(skipped.counts).toEqual({ [kind]: 1 });
  });

  it('a packet that says that it has more events than it has', async () => {
    const bytes = Buffer.from(golden('none.aedat4'));
    const events = bytes.indexOf('EVTS', bytes.indexOf('</dv>'));
    const count = bytes.indexOf(Buffer.from([100, 0, 0, 0]), events);
    bytes.writeUInt32LE(101, count);
    const stream = bytesStream('a.aedat4', bytes);
    await expect(readAll(aedat4.read(stream))).rejects.toThrow('expected a sound packet of events, found a vector');
    const skipped = new SkippedEvents();
    expect((await readAll(aedat4.read(stream, { onProblem: skipped.note }))).t).toHaveLength(150);
    expect(skipped.counts).toEqual({ damaged: 1 });
  });

  it('an AEDAT 4 file without events says so', async () => {
    const bytes = Buffer.from(whole.toString('latin1').replace('>EVTS<', '>FRME<'), 'latin1');
    await expect(readAll(aedat4.read(bytesStream('a.aedat4', bytes)))).rejects.toThrow(
      'a.aedat4: byte 18: expected a stream of events (EVTS), found none',
    );
  });

  it.each([100, 300, 700])('a packed MAT-file that ends after %i bytes', async (length) => {
    const bytes = golden('stmnist-packed.mat').subarray(0, length);
    const stream = bytesStream('a.mat', bytes);
    await expect(readAll(stmnist.read(stream))).rejects.toMatchObject({ name: 'DatasetError', file: 'a.mat' });
  });

  it('a packed MAT-file whose checksum is another', async () => {
    const bytes = Buffer.from(golden('stmnist-packed.mat'));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const stream = bytesStream('a.mat', bytes);
    await expect(readAll(stmnist.read(stream))).rejects.toThrow(/a\.mat: byte \d+: expected a checksum of \d+, found/);
    const skipped = new SkippedEvents();
    expect((await readAll(stmnist.read(stream, { onProblem: skipped.note }))).t).toHaveLength(59);
    expect(skipped.counts).toEqual({ damaged: 1 });
  });

  it('a MAT-file that ends within its matrix gives the columns before', async () => {
    const bytes = golden('stmnist.mat');
    const stream = bytesStream('a.mat', bytes.subarray(0, bytes.length - 4 * 101 * 8));
    await expect(readAll(stmnist.read(stream))).rejects.toMatchObject({ expected: '30 columns', found: '26' });
    const skipped = new SkippedEvents();
    const { t } = await readAll(stmnist.read(stream, { onProblem: skipped.note }));
    expect(t.length).toBeGreaterThan(40);
    expect(skipped.counts).toEqual({ truncated: 1 });
  });
});
