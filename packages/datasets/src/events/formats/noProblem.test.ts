import { describe, expect, it } from 'vitest';
import { bytesStream } from '../stream.js';
import { aedat2 } from './aedat2.js';
import { aedat3 } from './aedat3.js';
import { aedat4 } from './aedat4.js';
import { dat } from './dat.js';
import { readAll } from './events.test.support.js';
import { evt2 } from './evt2.js';
import { evt3 } from './evt3.js';
import {
  aedat2Header,
  aedat3Header,
  bigWords,
  evt3Header,
  golden,
  packet,
  text,
  words16,
} from './recordings.test.support.js';
import { stmnist } from './stmnist.js';

describe('what is no problem', () => {
  it('AEDAT 2.0: signals at the plug, and samples of a DAVIS, are no events', async () => {
    const plug = Buffer.concat([aedat2Header, bigWords(0x8000, 1, 0, 2)]);
    expect((await readAll(aedat2.read(bytesStream('a.aedat', plug)))).t).toEqual([2]);
    const header = text('#!AER-DAT2.0\r\n# AEChip: eu.seebetter.ini.chips.davis.Davis240C\r\n');
    const davis = Buffer.concat([header, bigWords(0x80000000, 1, 0x400, 2, 0x00401800, 3)]);
    expect(await readAll(aedat2.read(bytesStream('a.aedat', davis)))).toEqual({ t: [3], x: [238], y: [178], p: [1] });
  });

  it('AEDAT 2.0: an event whose address begins like a line of the header', async () => {
    // Row 140 of a DAVIS346: the first byte is '#', and a time of 10 us looks like a line's end.
    const header = text('#!AER-DAT2.0\r\n# AEChip: Davis346\r\n');
    const bytes = Buffer.concat([header, bigWords(0x23000800, 10), bigWords(0x23000800, 11)]);
    expect(await readAll(aedat2.read(bytesStream('a.aedat', bytes)))).toMatchObject({ t: [10, 11], y: [119, 119] });
  });

  it('AEDAT 3.1: events that a packet marks invalid, and the time of the clock that overflowed', async () => {
    const bytes = Buffer.concat([
      aedat3Header,
      packet([
        [1, 1, 1, 7],
        [0, 1, 1, 8],
        [1, 1, 1, 9],
      ]),
      packet([[1, 5, 6, 1]], { type: 2 }),
      packet([[1, 5, 6, 1]], { overflows: 1, capacity: 2 }),
      Buffer.alloc(8),
    ]);
    expect(await readAll(aedat3.read(bytesStream('a.aedat', bytes)))).toEqual({
      t: [7, 9, 2 ** 31 + 1],
      x: [1, 1, 5],
      y: [1, 1, 6],
      p: [1, 1, 1],
    });
  });

  it('EVT 3.0: events before the first time, and those of another sensor, are left out', async () => {
    const bytes = Buffer.concat([evt3Header, words16(0x0003, 0x2004, 0x8001, 0x0802, 0x2004, 0x0002, 0x2005)]);
    expect((await readAll(evt3.read(bytesStream('a.raw', bytes)))).x).toEqual([5]);
  });

  it('a file of another format is refused, whatever becomes of problems', async () => {
    for (const format of [aedat2, aedat3, aedat4, dat, evt2, evt3, stmnist]) {
      for (const bytes of [Buffer.alloc(0), Buffer.alloc(3000), text('% \n'), text('#\n'), golden('nmnist.bin')]) {
        const read = readAll(format.read(bytesStream('a.file', bytes), { onProblem: () => {} }));
        await expect(read).rejects.toMatchObject({ name: 'DatasetError', file: 'a.file' });
      }
    }
  });
});
