/** Formats that are one record after another, all of the same size. */
import type { ByteStream, EventReadOptions, Events } from '../events.js';
import type { Cursor } from './cursor.js';
import { readEvents, type SensorSize } from './reader.js';
import type { EventSink } from './sink.js';

export interface RecordFormat extends SensorSize {
  /** Of one record. */
  bytes: number;
  /** Makes the function that puts the record at `at` of the cursor's bytes into the sink; it may keep a state. */
  decoder(sink: EventSink): (cursor: Cursor, at: number, offset: number) => void;
}

/** A stream's events; `begin` reads what stands before the records. */
export function readRecords(
  stream: ByteStream,
  options: EventReadOptions,
  begin: (cursor: Cursor) => Promise<RecordFormat>,
): AsyncGenerator<Events> {
  return readEvents(stream, options, begin, decodeRecords);
}

async function* decodeRecords(
  cursor: Cursor,
  sink: EventSink,
  { bytes: size, decoder }: RecordFormat,
): AsyncGenerator<Events> {
  const decode = decoder(sink);
  while (await cursor.have(size)) {
    // As many as the run has room for, without a look at the clock in between.
    const records = Math.min(Math.floor(cursor.left / size), sink.room);
    let { at, offset } = cursor;
    for (let i = 0; i < records; i++, at += size, offset += size) decode(cursor, at, offset);
    cursor.at = at;
    if (sink.full) yield sink.take();
  }
  if (cursor.left > 0) {
    const expected = `a whole record of ${size} bytes`;
    sink.problem('truncated', cursor.offset, () => [expected, `${cursor.left} bytes`]);
  }
}
