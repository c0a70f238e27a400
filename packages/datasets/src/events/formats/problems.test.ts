/** What is wrong with a recording is refused, or left out and counted: for each format, each way in which it can be wrong. */
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../../error.js';
import type { EventFormat, EventProblemKind } from '../events.js';
import { SkippedEvents } from '../problems.js';
import { bytesStream } from '../stream.js';
import { aedat2 } from './aedat2.js';
import { aedat3 } from './aedat3.js';
import { dat } from './dat.js';
import { readAll } from './events.test.support.js';
import { evt2 } from './evt2.js';
import { evt3 } from './evt3.js';
import {
  aedat2Header,
  aedat3Header,
  bigWords,
  datHeader,
  evt2Header,
  evt3Header,
  packet,
  words16,
  words32,
} from './recordings.test.support.js';

interface Case {
  what: string;
  format: EventFormat;
  bytes: Buffer;
  kind: EventProblemKind;
  offset: number;
  /** Times of the events that are left when problems are skipped. */
  left: number[];
}

const base2 = aedat2Header.length;
const base3 = aedat3Header.length;
const baseDat = datHeader.length;
const baseEvt2 = evt2Header.length;
const baseEvt3 = evt3Header.length;
const cases: Case[] = [
  {
    what: 'AEDAT 2.0: a cut record',
    format: aedat2,
    bytes: Buffer.concat([aedat2Header, bigWords(0, 5), Buffer.from([0, 0, 1])]),
    kind: 'truncated',
    offset: base2 + 8,
    left: [5],
  },
  {
    what: 'AEDAT 2.0: time going back',
    format: aedat2,
    bytes: Buffer.concat([aedat2Header, bigWords(0, 5, 2, 4, 4, 6)]),
    kind: 'time',
    offset: base2 + 8,
    left: [5, 6],
  },
  {
    what: 'AEDAT 2.0: a clock that overflowed',
    format: aedat2,
    bytes: Buffer.concat([aedat2Header, bigWords(0, 0xfffffff0, 2, 4)]),
    kind: 'counter',
    offset: base2 + 8,
    left: [0xfffffff0],
  },
  {
    what: 'AEDAT 2.0: an address of more bits',
    format: aedat2,
    bytes: Buffer.concat([aedat2Header, bigWords(0x10000, 3, 0, 5)]),
    kind: 'address',
    offset: base2,
    left: [5],
  },
  {
    what: 'AEDAT 3.1: a cut header of a packet',
    format: aedat3,
    bytes: Buffer.concat([aedat3Header, packet([[1, 1, 1, 7]]), Buffer.alloc(10)]),
    kind: 'truncated',
    offset: base3 + 36,
    left: [7],
  },
  {
    what: 'AEDAT 3.1: a cut packet, whose first events are sound',
    format: aedat3,
    bytes: Buffer.concat([
      aedat3Header,
      packet([[1, 1, 1, 7]]),
      packet([
        [1, 1, 1, 8],
        [1, 1, 1, 9],
      ]).subarray(0, -3),
    ]),
    kind: 'truncated',
    offset: base3 + 36 + 28 + 8,
    left: [7, 8],
  },
  {
    what: 'AEDAT 3.1: more events than room',
    format: aedat3,
    bytes: Buffer.concat([aedat3Header, packet([[1, 1, 1, 7]]), packet([[1, 1, 1, 8]], { number: 2 })]),
    kind: 'counter',
    offset: base3 + 36,
    left: [7],
  },
  {
    what: 'AEDAT 3.1: fewer valid events than it says',
    format: aedat3,
    bytes: Buffer.concat([
      aedat3Header,
      packet(
        [
          [1, 1, 1, 7],
          [0, 1, 1, 8],
          [0, 1, 1, 9],
        ],
        { valid: 2 },
      ),
    ]),
    kind: 'counter',
    offset: base3,
    left: [7],
  },
  {
    what: 'AEDAT 3.1: a count of overflows below 0',
    format: aedat3,
    bytes: Buffer.concat([aedat3Header, packet([[1, 1, 1, 7]]), packet([[1, 1, 1, 8]], { overflows: -1 })]),
    kind: 'counter',
    offset: base3 + 36,
    left: [7],
  },
  {
    what: 'AEDAT 3.1: a time below 0',
    format: aedat3,
    bytes: Buffer.concat([
      aedat3Header,
      packet([
        [1, 1, 1, -2],
        [1, 1, 1, 8],
      ]),
    ]),
    kind: 'counter',
    offset: base3 + 28,
    left: [8],
  },
  {
    what: 'AEDAT 3.1: overflows that go back',
    format: aedat3,
    bytes: Buffer.concat([aedat3Header, packet([[1, 1, 1, 7]], { overflows: 2 }), packet([[1, 1, 1, 8]])]),
    kind: 'counter',
    offset: base3 + 36 + 28,
    left: [2 ** 32 + 7],
  },
  {
    what: 'AEDAT 3.1: an address outside',
    format: aedat3,
    bytes: Buffer.concat([
      aedat3Header,
      packet([
        [1, 128, 1, 7],
        [1, 1, 1, 8],
      ]),
    ]),
    kind: 'address',
    offset: base3 + 28,
    left: [8],
  },
  {
    what: '.dat: a cut record',
    format: dat,
    bytes: Buffer.concat([datHeader, words32(5, 0, 6)]),
    kind: 'truncated',
    offset: baseDat + 8,
    left: [5],
  },
  {
    what: '.dat: an address outside what its header says',
    format: dat,
    bytes: Buffer.concat([datHeader, words32(5, 10, 6, 9)]),
    kind: 'address',
    offset: baseDat,
    left: [6],
  },
  {
    what: '.dat: no polarity',
    format: dat,
    bytes: Buffer.concat([datHeader, words32(5, 0x20000000, 6, 9)]),
    kind: 'damaged',
    offset: baseDat,
    left: [6],
  },
  {
    what: 'EVT 2.0: an unknown word',
    format: evt2,
    bytes: Buffer.concat([evt2Header, words32(0x80000001, 0x50000000, 0x10000000)]),
    kind: 'damaged',
    offset: baseEvt2 + 4,
    left: [64],
  },
  {
    what: 'EVT 2.0: an address outside',
    format: evt2,
    bytes: Buffer.concat([evt2Header, words32(0x80000001, 0x1000000a, 0x10000009)]),
    kind: 'address',
    offset: baseEvt2 + 4,
    left: [64],
  },
  {
    what: 'EVT 3.0: half a word',
    format: evt3,
    bytes: Buffer.concat([evt3Header, words16(0x8001, 0x6002, 0x0003, 0x2004), Buffer.from([1])]),
    kind: 'truncated',
    offset: baseEvt3 + 8,
    left: [4098],
  },
  {
    what: 'EVT 3.0: an address outside, in a vector',
    format: evt3,
    bytes: Buffer.concat([evt3Header, words16(0x8001, 0x0003, 0x3808, 0x4007)]),
    kind: 'address',
    offset: baseEvt3 + 6,
    left: [4096, 4096],
  },
  {
    what: 'EVT 3.0: an unknown word',
    format: evt3,
    bytes: Buffer.concat([evt3Header, words16(0x8001, 0x1000, 0x2004)]),
    kind: 'damaged',
    offset: baseEvt3 + 2,
    left: [4096],
  },
];

async function expectProblem({ format, bytes, kind, offset, left }: Omit<Case, 'what'>): Promise<void> {
  const stream = bytesStream('some/recording', bytes);
  const refused = await readAll(format.read(stream)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DatasetError);
  expect(refused).toMatchObject({ file: 'some/recording', offset });
  const skipped = new SkippedEvents();
  expect((await readAll(format.read(stream, { onProblem: skipped.note }))).t).toEqual(left);
  expect(skipped.counts).toEqual({ [kind]: 1 });
  expect(skipped.first).toMatchObject({ kind, file: 'some/recording', offset });
}

describe('a recording with a problem', () => {
  it.each(cases)('$what', expectProblem);
});
