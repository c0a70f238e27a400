/**
 * AEDAT 2.0, as jAER writes it: lines that begin with '#', then records of 8 bytes: address and time in microseconds,
 * both u32, most significant byte first. What an address means depends on the camera, which the line `# AEChip:` names;
 * without that line it is a DVS128. Source: "AEDAT file formats", section AEDAT 2.0, and jAER's chip classes.
 *
 * DVS128 (CIFAR10-DVS): bit 0 set: darker; bits 1-7 and 8-14, each counted backwards, are what SpikingJelly takes for y
 * and x, and so does this reader; jAER has x and y the other way about. Bit 15: a signal at the plug, no event of a pixel.
 * DAVIS: bit 31 or bit 10 set: an image's or a sensor's sample, no event; bits 22-30 y and 12-21 x, both counted
 * backwards; bit 11 set: brighter.
 */
import { plain } from 'kestirme';
import { DatasetError } from '../../error.js';
import type { EventFormat, EventReadOptions } from '../events.js';
import type { Cursor } from './cursor.js';
import { readLines, startsWith } from './lines.js';
import { type RecordFormat, readRecords } from './records.js';
import type { EventSink } from './sink.js';

const version = '#!AER-DAT2.';
const endOfHeader = /^#\s*End Of ASCII Header/i;
const sideOfDvs128 = 128;
/** By what stands in the name of the chip. */
const davisSizes: [RegExp, number, number][] = [
  [/davis_?346/i, 346, 260],
  [/davis_?240/i, 240, 180],
  [/davis_?128/i, 128, 128],
];

function dvs128(sink: EventSink) {
  return ({ view }: Cursor, at: number, offset: number): void => {
    const address = view.getUint32(at);
    const t = view.getUint32(at + 4);
    if (address > 0x7fff) {
      // Bit 31 marks what is none of a pixel's events, bit 15 a signal at the plug.
      if (address >= 0x80000000 || (address & 0x8000) !== 0) return;
      sink.problem('address', offset, () => ['an address of 15 bits', `0x${address.toString(16)}`]);
      return;
    }
    sink.add(t, 127 - (address >> 8), 127 - ((address >> 1) & 0x7f), 1 - (address & 1), offset);
  };
}

function davis(sink: EventSink, width: number, height: number) {
  return ({ view }: Cursor, at: number, offset: number): void => {
    const address = view.getUint32(at);
    if (address >= 0x80000000 || (address & 0x400) !== 0) return;
    const x = width - 1 - ((address >> 12) & 0x3ff);
    const y = height - 1 - ((address >> 22) & 0x1ff);
    sink.add(view.getUint32(at + 4), x, y, (address >> 11) & 1, offset);
  };
}

async function begin(cursor: Cursor, options: EventReadOptions): Promise<RecordFormat> {
  const lines = await readLines(cursor, '#', (line) => endOfHeader.test(line));
  const { name: file } = cursor;
  if (!lines[0]?.startsWith(version)) {
    throw new DatasetError(
      { file, offset: 0 },
      `a first line ${version}0`,
      lines[0] ? `'${plain.excerpt(lines[0])}'` : 'none',
    );
  }
  const chip = lines.map((line) => /^#\s*AEChip:\s*(.+)$/.exec(line)?.[1]).find((name) => name !== undefined);
  if (chip === undefined || /dvs128|tmpdiff128/i.test(chip)) {
    return { bytes: 8, width: sideOfDvs128, height: sideOfDvs128, decoder: dvs128 };
  }
  const size = davisSizes.find(([name]) => name.test(chip));
  const width = options.width ?? size?.[1];
  const height = options.height ?? size?.[2];
  if (!/davis/i.test(chip) || width === undefined || height === undefined) {
    const expected = 'a recording of a DVS128, or of a DAVIS of known size (give width and height)';
    throw new DatasetError({ file, offset: 0 }, expected, `one of '${plain.excerpt(chip)}'`);
  }
  return { bytes: 8, width, height, decoder: (sink) => davis(sink, width, height) };
}

export const aedat2: EventFormat = {
  name: 'aedat2',
  title: 'AEDAT 2.0 (jAER: CIFAR10-DVS)',
  extensions: ['.aedat'],
  fits: (first) => startsWith(first, version),
  usualWidth: sideOfDvs128,
  usualHeight: sideOfDvs128,
  read: (stream, options = {}) => readRecords(stream, options, (cursor) => begin(cursor, options)),
};
