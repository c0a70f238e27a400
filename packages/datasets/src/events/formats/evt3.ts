/**
 * Prophesee's EVT 3.0 (`.raw`): lines that begin with "% ", then words of 16 bits, least significant byte first, each of
 * which changes a state; the top four bits say how. 0: the row; 2: an event in that row (bit 11: brighter, bits 0-10: x);
 * 3: polarity and first column of the vectors that follow; 4 and 5: vectors of 12 and 8 columns, an event for each bit; 6
 * and 8: the lower and the upper 12 bits of the time. The clock starts anew every 2^24 us, which shows in its upper bits
 * falling by half their range or more. Others (triggers, continuations) are passed over.
 * Source: Prophesee, "EVT 3.0 format", and OpenEB's evt3_decoder.h.
 */
import { DatasetError } from '../../error.js';
import type { EventFormat, Events } from '../events.js';
import type { Cursor } from './cursor.js';
import { isEvt } from './evtHeader.js';
import { readPercentHeader } from './percentHeader.js';
import { readEvents, type SensorSize } from './reader.js';
import type { EventSink } from './sink.js';

const type = { row: 0x0, event: 0x2, base: 0x3, vector12: 0x4, vector8: 0x5, timeLow: 0x6, timeHigh: 0x8 };
/** Of a sensor: addresses have 11 bits. */
const mostSide = 2048;
/** Words without events of pixels. */
const passedOver = new Set([0x7, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf]);
/** One word has no more. */
const mostEventsOfWord = 12;

class Decoder {
  readonly #sink: EventSink;
  #row = 0;
  /** Of a second sensor in the same stream: no event of this one. */
  #otherSensor = false;
  #base = 0;
  #polarity = 0;
  /** Null before the first: events up to there have no time, and are left out, as OpenEB does. */
  #high: number | null = null;
  #low = 0;
  #loops = 0;
  #t = 0;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  word(word: number, offset: number): void {
    const content = word & 0xfff;
    switch (word >>> 12) {
      case type.event:
        if (this.#inTime) this.#sink.add(this.#t, word & 0x7ff, this.#row, (word >>> 11) & 1, offset);
        break;
      case type.row:
        this.#row = word & 0x7ff;
        this.#otherSensor = (word & 0x800) !== 0;
        break;
      case type.timeLow:
        this.#low = content;
        this.#tick();
        break;
      case type.timeHigh:
        this.#timeHigh(content);
        break;
      case type.base:
        this.#base = word & 0x7ff;
        this.#polarity = (word >>> 11) & 1;
        break;
      case type.vector12:
        this.#vector(content, 12, offset);
        break;
      case type.vector8:
        this.#vector(content & 0xff, 8, offset);
        break;
      default:
        if (passedOver.has(word >>> 12)) return;
        this.#sink.problem('damaged', offset, () => ['a word of a type of EVT 3.0', `type ${word >>> 12}`]);
    }
  }

  get #inTime(): boolean {
    return this.#high !== null && !this.#otherSensor;
  }

  #vector(bits: number, columns: number, offset: number): void {
    if (this.#inTime) {
      for (let column = 0, rest = bits; rest !== 0; column++, rest >>>= 1) {
        if (rest & 1) this.#sink.add(this.#t, this.#base + column, this.#row, this.#polarity, offset);
      }
    }
    this.#base += columns;
  }

  /** The lower bits follow, when they change with the upper ones. */
  #timeHigh(high: number): void {
    if (this.#high !== null && this.#high - high >= 0x800) this.#loops++;
    if (this.#high !== high) this.#low = 0;
    this.#high = high;
    this.#tick();
  }

  #tick(): void {
    this.#t = this.#loops * 2 ** 24 + (this.#high ?? 0) * 4096 + this.#low;
  }
}

async function readHeader(cursor: Cursor): Promise<SensorSize> {
  const { lines, width, height } = await readPercentHeader(cursor);
  if (!isEvt(lines.join('\n'), 3)) {
    throw new DatasetError({ file: cursor.name, offset: 0 }, 'a header with "% evt 3.0"', 'none');
  }
  return { width: width ?? mostSide, height: height ?? mostSide };
}

async function* readWords(cursor: Cursor, sink: EventSink): AsyncGenerator<Events> {
  const decoder = new Decoder(sink);
  while (await cursor.have(2)) {
    const { bytes } = cursor;
    let { at, offset } = cursor;
    for (; at + 2 <= bytes.length && sink.room >= mostEventsOfWord; at += 2, offset += 2) {
      decoder.word((bytes[at] as number) | ((bytes[at + 1] as number) << 8), offset);
    }
    cursor.at = at;
    if (sink.room < mostEventsOfWord) yield sink.take();
  }
  if (cursor.left > 0) sink.problem('truncated', cursor.offset, () => ['a whole word of 2 bytes', '1 byte']);
}

export const evt3: EventFormat = {
  name: 'evt3',
  title: 'Prophesee EVT 3.0 .raw',
  extensions: ['.raw'],
  fits: (first) => isEvt(new TextDecoder('latin1').decode(first), 3),
  usualWidth: null,
  usualHeight: null,
  read: (stream, options = {}) => readEvents(stream, options, readHeader, readWords),
};
