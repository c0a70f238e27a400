/**
 * The idx files of MNIST, plain or gzipped (recognised by content, not by name). All header words are big-endian u32:
 * magic 0x00000803 (u8, 3 dimensions), count, rows, columns, then pixels; or 0x00000801 (u8, 1 dimension), count, labels.
 * Source: "The MNIST database of handwritten digits", LeCun, Cortes, Burges, section "File formats".
 */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DatasetError, fileProblem, systemCode } from '../error.js';

const imageMagic = 0x803;
const labelMagic = 0x801;
/** No idx file read here is near this: a gzip file that unpacks to more is damaged or hostile. */
const largestContents = 256 * 1024 * 1024;

const unpackGzip = promisify(gunzip);

interface Contents {
  file: string;
  bytes: Buffer;
  unpacked: boolean;
}

async function readContents(file: string, expected: string): Promise<Contents> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw fileProblem(error, file, expected);
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { file, bytes, unpacked: false };
  try {
    return { file, bytes: await unpackGzip(bytes, { maxOutputLength: largestContents }), unpacked: true };
  } catch (error) {
    const code = systemCode(error);
    if (code === 'Z_BUF_ERROR') {
      throw new DatasetError({ file, offset: bytes.length }, 'the rest of a gzip stream', 'the end of the file');
    }
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new DatasetError({ file, offset: 0 }, `gzip contents of at most ${largestContents} bytes`, 'more');
    }
    throw new DatasetError({ file, offset: 0 }, 'a sound gzip stream', `damaged data (${code})`, { cause: error });
  }
}

const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;

function word(contents: Contents, offset: number, meaning: string): number {
  const { file, bytes, unpacked } = contents;
  if (bytes.length < offset + 4) {
    throw new DatasetError({ file, offset: bytes.length, unpacked }, `4 bytes of ${meaning}`, 'the end of the file');
  }
  return bytes.readUInt32BE(offset);
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

/** Reads an image file whose images must be `height` by `width`. */
export async function readIdxImages(file: string, height: number, width: number): Promise<IdxImages> {
  const contents = await readContents(file, 'an idx image file');
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

/** Reads a label file that must hold `count` labels below `classes`. Returns [count]. */
export async function readIdxLabels(file: string, count: number, classes: number): Promise<Uint8Array> {
  const contents = await readContents(file, 'an idx label file');
  expectWord(contents, 0, 'magic number', labelMagic, hex);
  expectWord(contents, 4, 'number of labels', count);
  const labels = payload(contents, 8, count, `${count} labels`);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    const place = { file, offset: 8 + wrong, unpacked: contents.unpacked };
    throw new DatasetError(place, `label ${wrong} to be 0 to ${classes - 1}`, String(labels[wrong]));
  }
  return labels;
}
