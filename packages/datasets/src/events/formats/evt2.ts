/**
 * Prophesee's EVT 2.0 (`.raw`): lines that begin with "% ", then words of 32 bits, least significant byte first. The top
 * four bits say what a word is: 0 and 1, an event that is darker or brighter, with the low 6 bits of its time in 22-27, x
 * in 11-21 and y in 0-10; 8, the upper 28 bits of the time of what follows; others (triggers, counts) are passed over.
 * Source: Prophesee, "EVT 2.0 format", and OpenEB's evt2_decoder.h.
 */
import { DatasetError } from '../../error.js';
import type { EventFormat } from '../events.js';
import type { Cursor } from './cursor.js';
import { isEvt } from './evtHeader.js';
import { readPercentHeader } from './percentHeader.js';
import { type RecordFormat, readRecords } from './records.js';
import type { EventSink } from './sink.js';

/** Of a sensor: addresses have 11 bits. */
const mostSide = 2048;
const timeHigh = 0x8;
const triggers = new Set([0xa, 0xe, 0xf]);

function decoder(sink: EventSink) {
  /** Unknown before the first word of time: events up to there have none, and are left out, as OpenEB does. */
  let base: number | null = null;
  return ({ view }: Cursor, at: number, offset: number): void => {
    const word = view.getUint32(at, true);
    const type = word >>> 28;
    if (type <= 1) {
      if (base !== null) sink.add(base + ((word >>> 22) & 0x3f), (word >>> 11) & 0x7ff, word & 0x7ff, type, offset);
    } else if (type === timeHigh) base = (word & 0xfffffff) * 64;
    else if (!triggers.has(type)) {
      sink.problem('damaged', offset, () => ['a word of a type of EVT 2.0', `type ${type}`]);
    }
  };
}

async function begin(cursor: Cursor): Promise<RecordFormat> {
  const { lines, width, height } = await readPercentHeader(cursor);
  if (!isEvt(lines.join('\n'), 2)) {
    throw new DatasetError({ file: cursor.name, offset: 0 }, 'a header with "% evt 2.0"', 'none');
  }
  return { bytes: 4, width: width ?? mostSide, height: height ?? mostSide, decoder };
}

export const evt2: EventFormat = {
  name: 'evt2',
  title: 'Prophesee EVT 2.0 .raw',
  extensions: ['.raw'],
  fits: (first) => isEvt(new TextDecoder('latin1').decode(first), 2),
  usualWidth: null,
  usualHeight: null,
  read: (stream, options = {}) => readRecords(stream, options, begin),
};
