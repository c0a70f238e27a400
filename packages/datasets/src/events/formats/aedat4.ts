/**
 * AEDAT 4, as DV writes it: a line `#!AER-DAT4.0`, a flatbuffer IOHE (how packets are packed, where the table of them
 * begins, an XML text that says what streams there are), then packets: i32 stream, i32 bytes, and a flatbuffer, packed on
 * its own. One of events is EVTS: a vector of structs of 16 bytes: i64 time in microseconds, i16 x, i16 y, bool brighter.
 * All numbers: least significant byte first. Source: iniVation, "AEDAT 4.0", and dv-processing's schemas. The stream of
 * events with the lowest number is read.
 */
import { DatasetError } from '../../error.js';
import type { EventFormat, EventProblem, Events } from '../events.js';
import { Damaged } from '../packed/damaged.js';
import { unpackLz4 } from '../packed/lz4.js';
import { zstdUnpacker } from '../packed/zstd.js';
import { eventStreamOf } from './aedat4Streams.js';
import type { Cursor } from './cursor.js';
import { FlatTable } from './flatTable.js';
import { startsWith } from './lines.js';
import { readEvents, type SensorSize } from './reader.js';
import type { EventSink } from './sink.js';

const magic = '#!AER-DAT4.0\r\n';
const largestHeader = 1024 * 1024;
/** Of a packet, packed or not: two million events. DV's packets hold 10 ms, or 10,000 events. */
const largestPacket = 32 * 1024 * 1024;
/** What a packet may unpack to, whatever its size; and for each of its bytes. Real events become a tenth at most. */
const smallPacket = 1024 * 1024;
const mostRatio = 255;
const packetHeaderBytes = 8;
const eventBytes = 16;

type Unpack = (packed: Uint8Array, most: number) => Uint8Array;

/** By the number of the way of packing. */
const unpackers: (() => Unpack | Promise<Unpack>)[] = [
  () => (bytes) => bytes,
  () => unpackLz4,
  () => unpackLz4,
  zstdUnpacker,
  zstdUnpacker,
];

interface Header extends SensorSize {
  unpack: Unpack;
  /** Where the packets end; infinity: with the file. */
  end: number;
  /** Number of the stream of events. */
  events: number;
}

async function readHeader(cursor: Cursor): Promise<Header> {
  const { name: file } = cursor;
  if (!(await cursor.have(magic.length + 4)) || !startsWith(cursor.bytes.subarray(cursor.at), magic)) {
    throw new DatasetError({ file, offset: 0 }, `a first line ${magic.trimEnd()}`, 'none');
  }
  const size = cursor.view.getUint32(cursor.at + magic.length, true);
  cursor.at += magic.length + 4;
  const place = { file, offset: cursor.offset };
  if (size > largestHeader || !(await cursor.have(size))) {
    throw new DatasetError(
      place,
      `a header of at most ${largestHeader} bytes`,
      `${size} bytes, or the end of the file`,
    );
  }
  const bytes = cursor.bytes.subarray(cursor.at, cursor.at + size);
  cursor.at += size;
  try {
    return await parseHeader(bytes, place);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DatasetError(place, 'a sound header', `a damaged one: ${error.message}`, { cause: error });
  }
}

async function parseHeader(bytes: Uint8Array, place: { file: string; offset: number }): Promise<Header> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const table = new FlatTable(view, 'IOHE');
  const packing = table.field(0);
  const kind = packing === null ? 0 : view.getInt32(packing, true);
  const unpacker = unpackers[kind];
  if (unpacker === undefined) throw new DatasetError(place, 'packets packed in a known way (0 to 4)', `way ${kind}`);
  const tableAt = table.field(1);
  const end = tableAt === null ? -1 : Number(view.getBigInt64(tableAt, true));
  const { at, length } = table.vector(2, 1);
  const events = eventStreamOf(new TextDecoder().decode(bytes.subarray(at, at + length)));
  if (events === null) throw new DatasetError(place, 'a stream of events (EVTS)', 'none');
  const { id, width, height } = events;
  return { unpack: await unpacker(), end: end > 0 ? end : Number.POSITIVE_INFINITY, events: id, width, height };
}

type Ending = Pick<EventProblem, 'kind' | 'offset' | 'expected' | 'found'>;

/** The events of all packets; what it returns is why the rest of the recording cannot be read, null: there is no rest. */
async function* readPackets(
  cursor: Cursor,
  sink: EventSink,
  { unpack, end, events }: Header,
): AsyncGenerator<Events, Ending | null> {
  while (cursor.offset < end && (await cursor.have(packetHeaderBytes))) {
    const { offset } = cursor;
    const id = cursor.view.getInt32(cursor.at, true);
    const size = cursor.view.getInt32(cursor.at + 4, true);
    cursor.at += packetHeaderBytes;
    if (size < 0 || size > largestPacket) {
      const expected = `a packet of 0 to ${largestPacket} bytes`;
      return { kind: 'counter', offset, expected, found: `${size}` };
    }
    const isEvents = id === events;
    if (!(await (isEvents ? cursor.have(size) : cursor.skip(size))))
      return truncated(cursor, `${size} bytes of a packet`);
    if (isEvents) {
      const packed = cursor.bytes.subarray(cursor.at, cursor.at + size);
      yield* readPacket(packed, unpack, sink, offset);
      cursor.at += size;
    }
  }
  if (cursor.offset >= end) return null;
  if (Number.isFinite(end)) return truncated(cursor, `packets up to byte ${end}`);
  return cursor.left > 0 ? truncated(cursor, `a packet's header of ${packetHeaderBytes} bytes`) : null;
}

function truncated({ offset, left }: Cursor, expected: string): Ending {
  return { kind: 'truncated', offset, expected, found: `the end of the recording after ${left} bytes` };
}

async function* readAll(cursor: Cursor, sink: EventSink, header: Header): AsyncGenerator<Events> {
  const problem = yield* readPackets(cursor, sink, header);
  if (problem !== null) sink.problem(problem.kind, problem.offset, () => [problem.expected, problem.found]);
}

function* readPacket(packed: Uint8Array, unpack: Unpack, sink: EventSink, offset: number): Generator<Events> {
  let found: { view: DataView; at: number; length: number };
  try {
    found = locateEvents(unpack(packed, Math.min(largestPacket, smallPacket + mostRatio * packed.length)));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof Damaged)) throw error;
    const { expected, found } =
      error instanceof Damaged ? error : { expected: 'a sound packet of events', found: error.message };
    sink.problem('damaged', offset, () => [expected, found]);
    return;
  }
  const { view, length } = found;
  for (let i = 0, at = found.at; i < length; i++, at += eventBytes) {
    const t = view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
    if (!Number.isSafeInteger(t)) {
      sink.problem('counter', offset, () => ['a time of at most 53 bits', `${t}`]);
    } else {
      sink.add(t, view.getInt16(at + 8, true), view.getInt16(at + 10, true), view.getUint8(at + 12) ? 1 : 0, offset);
    }
    if (sink.full) yield sink.take();
  }
}

/** The vector of events in a packet. */
function locateEvents(bytes: Uint8Array): { view: DataView; at: number; length: number } {
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0, true);
  const view = new DataView(bytes.buffer, bytes.byteOffset + 4, Math.min(size, bytes.length - 4));
  const table = new FlatTable(view, 'EVTS');
  return { view, ...table.vector(0, eventBytes) };
}

export const aedat4: EventFormat = {
  name: 'aedat4',
  title: 'AEDAT 4 (DV: the re-encoded sets of tonic)',
  extensions: ['.aedat4'],
  fits: (first) => startsWith(first, magic.trimEnd()),
  usualWidth: null,
  usualHeight: null,
  read: (stream, options = {}) => readEvents(stream, options, readHeader, readAll),
};
