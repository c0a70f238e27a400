/**
 * Prophesee's `.dat`, version 2 (N-Cars): lines that begin with "% ", a byte for the type of the events and one for their
 * size, then records of 8 bytes, least significant first: u32 time in microseconds, u32 with bits 0-13 x, 14-27 y, 28-31
 * polarity. Source: Prophesee, "Data file format", and its Python toolbox `src/io/dat_events_tools.py`.
 */
import { DatasetError } from '../../error.js';
import type { EventFormat } from '../events.js';
import type { Cursor } from './cursor.js';
import { startsWith } from './lines.js';
import { readPercentHeader } from './percentHeader.js';
import { type RecordFormat, readRecords } from './records.js';
import type { EventSink } from './sink.js';

/** Types of contrast events: of early cameras, and of all later ones. */
const eventTypes = [0x00, 0x0c];
const eventBytes = 8;

function decoder(sink: EventSink) {
  return ({ view }: Cursor, at: number, offset: number): void => {
    const word = view.getUint32(at + 4, true);
    const polarity = word >>> 28;
    if (polarity > 1) {
      sink.problem('damaged', offset, () => ['a polarity of 0 or 1', `${polarity}`]);
      return;
    }
    sink.add(view.getUint32(at, true), word & 0x3fff, (word >>> 14) & 0x3fff, polarity, offset);
  };
}

async function begin(cursor: Cursor): Promise<RecordFormat> {
  const { lines, width, height } = await readPercentHeader(cursor);
  const { name: file } = cursor;
  if (lines.length === 0) throw new DatasetError({ file, offset: 0 }, 'lines that begin with "% "', 'none');
  const version = lines.map((line) => /^% Version (\d+)/i.exec(line)?.[1]).find((found) => found !== undefined);
  if (version !== '2') {
    throw new DatasetError({ file, offset: 0 }, 'a header with "% Version 2"', version ? `version ${version}` : 'none');
  }
  if (!(await cursor.have(2))) {
    throw new DatasetError({ file, offset: cursor.offset }, 'type and size of the events', 'the end of the file');
  }
  const [type, size] = cursor.bytes.subarray(cursor.at, cursor.at + 2) as unknown as [number, number];
  if (!eventTypes.includes(type) || size !== eventBytes) {
    const place = { file, offset: cursor.offset };
    throw new DatasetError(place, `events of type 0 or 12 and ${eventBytes} bytes`, `type ${type} and ${size} bytes`);
  }
  cursor.at += 2;
  return { bytes: eventBytes, width, height, decoder };
}

export const dat: EventFormat = {
  name: 'dat',
  title: 'Prophesee .dat (N-Cars)',
  extensions: ['.dat'],
  fits: (first) => startsWith(first, '% '),
  usualWidth: null,
  usualHeight: null,
  read: (stream, options = {}) => readRecords(stream, options, begin),
};
