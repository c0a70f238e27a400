/** What readers of recordings share. */
import type { ByteStream, EventReadOptions, Events } from '../events.js';
import { Cursor } from './cursor.js';
import { EventSink } from './sink.js';

/** Of the sensor, as a recording or its format says; null: they do not. */
export interface SensorSize {
  width: number | null;
  height: number | null;
}

/**
 * A stream's events: `begin` reads what stands before them; `read` puts them into the sink, and yields what it has taken
 * whenever it is full. The stream is closed whatever happens.
 */
export async function* readEvents<Header extends SensorSize>(
  stream: ByteStream,
  { width, height, onProblem }: EventReadOptions,
  begin: (cursor: Cursor) => Promise<Header>,
  read: (cursor: Cursor, sink: EventSink, header: Header) => AsyncIterable<Events>,
): AsyncGenerator<Events> {
  const cursor = new Cursor(stream);
  try {
    const header = await begin(cursor);
    const sink = new EventSink(stream.name, width ?? header.width, height ?? header.height, onProblem);
    yield* read(cursor, sink, header);
    const rest = sink.take();
    if (rest.size > 0) yield rest;
  } finally {
    await cursor.close();
  }
}
