/**
 * The idx files of MNIST. All header words are big-endian u32: magic 0x00000803 (u8, 3 dimensions), count, rows, columns,
 * then pixels; or 0x00000801 (u8, 1 dimension), count, labels.
 * Source: "The MNIST database of handwritten digits", LeCun, Cortes, Burges, section "File formats".
 */
import { DatasetError } from '../error.js';

const imageMagic = 0x803;
const labelMagic = 0x801;

export interface Contents {
  file: string;
  bytes: Uint8Array;
  /** The file is a gzip file, of which these are the contents. */
  unpacked: boolean;
}

const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;

function word(contents: Contents, offset: number, meaning: string): number {
  const { file, bytes, unpacked } = contents;
  if (bytes.length < offset + 4) {
    throw new DatasetError({ file, offset: bytes.length, unpacked }, `4 bytes of ${meaning}`, 'the end of the file');
  }
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset);
}

function expectWord(
  contents: Contents,
  offset: number,
  meaning: string,
  expected: number,
  show: (word: number) => string = String,
): void {
  const found = word(contents, offset, meaning);
  if (found !== expected) {
    const { file, unpacked } = contents;
    throw new DatasetError({ file, offset, unpacked }, `${meaning} ${show(expected)}`, show(found));
  }
}

/** Of an image file. */
export const idxHeaderBytes = 16;
const labelHeaderBytes = 8;

/** The number of images that a header promises, which must be `height` by `width`. */
export function parseIdxHeader(contents: Contents, height: number, width: number): number {
  const { file, unpacked } = contents;
  expectWord(contents, 0, 'magic number', imageMagic, hex);
  const count = word(contents, 4, 'number of images');
  if (count === 0) throw new DatasetError({ file, offset: 4, unpacked }, 'at least one image', 'a count of 0');
  expectWord(contents, 8, 'number of rows', height);
  expectWord(contents, 12, 'number of columns', width);
  return count;
}

/** Refuses an image file of `bytes` in all unless that is as long as its header says. */
export function requireIdxSize(
  { file, unpacked }: Pick<Contents, 'file' | 'unpacked'>,
  bytes: number,
  count: number,
  height: number,
  width: number,
): void {
  const end = idxHeaderBytes + count * height * width;
  requireSize({ file, unpacked }, bytes, idxHeaderBytes, end, `${count} images of ${height}x${width}`);
}

function requireSize(
  { file, unpacked }: Pick<Contents, 'file' | 'unpacked'>,
  bytes: number,
  start: number,
  end: number,
  meaning: string,
): void {
  if (bytes === end) return;
  const expected = `${meaning} (${end - start} bytes after the header, ${end} in all)`;
  throw new DatasetError({ file, offset: Math.min(bytes, end), unpacked }, expected, `${bytes} bytes in all`);
}

export interface IdxImages {
  count: number;
  /** [count, height, width], 0-255. */
  pixels: Uint8Array;
}

/** An image file's contents, whose images must be `height` by `width`. */
export function parseIdxImages(contents: Contents, height: number, width: number): IdxImages {
  const count = parseIdxHeader(contents, height, width);
  requireIdxSize(contents, contents.bytes.length, count, height, width);
  const pixels = contents.bytes.subarray(idxHeaderBytes);
  return { count, pixels };
}

/** A label file's contents, which must be `count` labels below `classes`. Returns [count]. */
export function parseIdxLabels(contents: Contents, count: number, classes: number): Uint8Array {
  expectWord(contents, 0, 'magic number', labelMagic, hex);
  expectWord(contents, 4, 'number of labels', count);
  requireSize(contents, contents.bytes.length, labelHeaderBytes, labelHeaderBytes + count, `${count} labels`);
  const labels = contents.bytes.subarray(labelHeaderBytes);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    const place = { file: contents.file, offset: labelHeaderBytes + wrong, unpacked: contents.unpacked };
    throw new DatasetError(place, `label ${wrong} to be 0 to ${classes - 1}`, String(labels[wrong]));
  }
  return labels;
}
