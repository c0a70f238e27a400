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

/** What follows the header must be exactly as long as the header says. */
function payload(contents: Contents, start: number, length: number, meaning: string): Uint8Array {
  const { file, bytes, unpacked } = contents;
  const end = start + length;
  const expected = `${meaning} (${length} bytes after the header, ${end} in all)`;
  if (bytes.length !== end) {
    const offset = Math.min(bytes.length, end);
    throw new DatasetError({ file, offset, unpacked }, expected, `${bytes.length} bytes in all`);
  }
  return bytes.subarray(start, end);
}

export interface IdxImages {
  count: number;
  /** [count, height, width], 0-255. */
  pixels: Uint8Array;
}

/** An image file's contents, whose images must be `height` by `width`. */
export function parseIdxImages(contents: Contents, height: number, width: number): IdxImages {
  const { file } = contents;
  expectWord(contents, 0, 'magic number', imageMagic, hex);
  const count = word(contents, 4, 'number of images');
  if (count === 0) {
    throw new DatasetError({ file, offset: 4, unpacked: contents.unpacked }, 'at least one image', 'a count of 0');
  }
  expectWord(contents, 8, 'number of rows', height);
  expectWord(contents, 12, 'number of columns', width);
  const pixels = payload(contents, 16, count * height * width, `${count} images of ${height}x${width}`);
  return { count, pixels };
}

/** A label file's contents, which must be `count` labels below `classes`. Returns [count]. */
export function parseIdxLabels(contents: Contents, count: number, classes: number): Uint8Array {
  expectWord(contents, 0, 'magic number', labelMagic, hex);
  expectWord(contents, 4, 'number of labels', count);
  const labels = payload(contents, 8, count, `${count} labels`);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    const place = { file: contents.file, offset: 8 + wrong, unpacked: contents.unpacked };
    throw new DatasetError(place, `label ${wrong} to be 0 to ${classes - 1}`, String(labels[wrong]));
  }
  return labels;
}
