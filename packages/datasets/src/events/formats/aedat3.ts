/**
 * AEDAT 3.1, as cAER writes it (DVS128 Gesture): lines up to `#!END-HEADER`, then packets, least significant byte first.
 * A packet's header of 28 bytes: i16 type, i16 source, i32 bytes of an event, i32 where its time stands, i32 overflows of
 * the clock, i32 room for events, i32 events, i32 valid ones. A polarity event (type 1): u32 with bit 0 valid, bit 1
 * brighter, bits 2-16 y, bits 17-31 x; i32 time; the full time is overflows * 2^31 + time, in microseconds.
 * Source: "AEDAT file formats", section AEDAT 3.1, and libcaer's polarity.h.
 *
 * Where a packet says that all its events are valid, their bits are not looked at (as SpikingJelly never does); else only
 * those whose bit is set are events, and there must be as many as it says.
 */
import { plain } from 'kestirme';
import { DatasetError } from '../../error.js';
import type { EventFormat, Events } from '../events.js';
import type { Cursor } from './cursor.js';
import { readLines, startsWith } from './lines.js';
import { readEvents, type SensorSize } from './reader.js';
import type { EventSink } from './sink.js';

const version = '#!AER-DAT3.';
const endOfHeader = '#!END-HEADER';
const headerBytes = 28;
const eventBytes = 8;
const polarityType = 1;
const side = 128;
/** More would give times that are no whole numbers any more; it is 285 years. */
const mostOverflows = 2 ** 22 - 1;

interface Packet {
  type: number;
  size: number;
  overflows: number;
  capacity: number;
  number: number;
  valid: number;
  /** Of its header in the recording. */
  offset: number;
}

/** What a header says that cannot be; null: nothing. */
function whatIsWrong({ type, size, overflows, capacity, number, valid }: Packet): [string, string] | null {
  if (size < 1 || (type === polarityType && size !== eventBytes)) return [`events of ${eventBytes} bytes`, `${size}`];
  if (overflows < 0 || overflows > mostOverflows) return [`0 to ${mostOverflows} overflows`, `${overflows}`];
  if (capacity < 0 || number < 0 || number > capacity) {
    return ['no more events than there is room for', `${number} in a packet for ${capacity}`];
  }
  if (valid < 0 || valid > number) return ['no more valid events than events', `${valid} of ${number}`];
  return null;
}

async function* readPackets(cursor: Cursor, sink: EventSink): AsyncGenerator<Events> {
  while (await cursor.have(headerBytes)) {
    const packet = nextPacket(cursor);
    const wrong = whatIsWrong(packet);
    if (wrong !== null) {
      // Where the next packet begins is not known.
      sink.problem('counter', packet.offset, () => wrong);
      cursor.at = cursor.bytes.length;
      return;
    }
    if (packet.type === polarityType) yield* readPacket(cursor, packet, sink);
    const passed = packet.type === polarityType ? packet.number : 0;
    if (!(await cursor.skip((packet.capacity - passed) * packet.size))) {
      truncated(cursor, sink, `${packet.capacity} events of a packet that begins at byte ${packet.offset}`);
    }
  }
  if (cursor.left > 0) truncated(cursor, sink, `a packet's header of ${headerBytes} bytes`);
}

async function readHeader(cursor: Cursor): Promise<SensorSize> {
  const lines = await readLines(cursor, '#', (line) => line === endOfHeader);
  const { name: file, offset } = cursor;
  if (!lines[0]?.startsWith(version)) {
    throw new DatasetError(
      { file, offset: 0 },
      `a first line ${version}1`,
      lines[0] ? `'${plain.excerpt(lines[0])}'` : 'none',
    );
  }
  if (lines.at(-1) !== endOfHeader) throw new DatasetError({ file, offset }, `a line ${endOfHeader}`, 'none');
  return { width: side, height: side };
}

function nextPacket(cursor: Cursor): Packet {
  const { view, at, offset } = cursor;
  cursor.at += headerBytes;
  return {
    type: view.getInt16(at, true),
    size: view.getInt32(at + 4, true),
    overflows: view.getInt32(at + 12, true),
    capacity: view.getInt32(at + 16, true),
    number: view.getInt32(at + 20, true),
    valid: view.getInt32(at + 24, true),
    offset,
  };
}

/** The events of a packet, as far as the recording goes. */
async function* readPacket(cursor: Cursor, packet: Packet, sink: EventSink): AsyncGenerator<Events> {
  const base = packet.overflows * 2 ** 31;
  const all = packet.valid === packet.number;
  let valid = 0;
  let left = packet.number;
  while (left > 0 && (await cursor.have(eventBytes))) {
    const events = Math.min(left, Math.floor(cursor.left / eventBytes), sink.room);
    const { view } = cursor;
    let { at, offset } = cursor;
    for (let i = 0; i < events; i++, at += eventBytes, offset += eventBytes) {
      const data = view.getUint32(at, true);
      if (!all && (data & 1) === 0) continue;
      valid++;
      const time = view.getInt32(at + 4, true);
      if (time < 0) sink.problem('counter', offset, () => ['a time from 0', `${time}`]);
      else sink.add(base + time, data >>> 17, (data >>> 2) & 0x7fff, (data >>> 1) & 1, offset);
    }
    cursor.at = at;
    left -= events;
    if (sink.full) yield sink.take();
  }
  if (left === 0 && valid !== packet.valid) {
    const expected = `${packet.valid} valid events, as the packet's header says`;
    sink.problem('counter', packet.offset, () => [expected, `${valid}`]);
  }
}

/** The recording ends too early; what is left of it is passed over. */
function truncated(cursor: Cursor, sink: EventSink, expected: string): void {
  const { offset, left } = cursor;
  cursor.at = cursor.bytes.length;
  sink.problem('truncated', offset, () => [expected, `the end of the recording after ${left} bytes`]);
}

export const aedat3: EventFormat = {
  name: 'aedat3',
  title: 'AEDAT 3.1 (cAER: DVS128 Gesture)',
  extensions: ['.aedat'],
  fits: (first) => startsWith(first, version),
  usualWidth: side,
  usualHeight: side,
  read: (stream, options = {}) => readEvents(stream, options, readHeader, readPackets),
};
