/** Reads idx files, plain or gzipped (recognised by content, not by name). */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { plain } from 'kestirme';
import { DatasetError, fileProblem } from '../error.js';
import { FileHash, type OnDataFile } from './fileHash.js';
import { type Contents, type IdxImages, parseIdxImages, parseIdxLabels } from './idxContents.js';
import { ordinarySize } from './ordinaryFile.js';

/** No idx file read here is near this, packed or not: a file that has more is damaged or hostile. */
const largestContents = 256 * 1024 * 1024;

const unpackGzip = promisify(gunzip);

async function readContents(file: string, expected: string): Promise<Contents> {
  try {
    const size = await ordinarySize(file, expected);
    if (size > largestContents) {
      throw new DatasetError({ file, offset: 0 }, `at most ${largestContents} bytes`, `${size} bytes`);
    }
    return await contentsOf(file, await readFile(file));
  } catch (error) {
    throw fileProblem(error, file, expected);
  }
}

/** What `bytes`, all of a file, hold; `file` stands in errors. */
export async function contentsOf(file: string, bytes: Buffer): Promise<Contents> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { file, bytes, unpacked: false };
  try {
    return { file, bytes: await unpackGzip(bytes, { maxOutputLength: largestContents }), unpacked: true };
  } catch (error) {
    const code = plain.systemCode(error);
    if (code === 'Z_BUF_ERROR') {
      throw new DatasetError({ file, offset: bytes.length }, 'the rest of a gzip stream', 'the end of the file');
    }
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new DatasetError({ file, offset: 0 }, `gzip contents of at most ${largestContents} bytes`, 'more');
    }
    throw new DatasetError({ file, offset: 0 }, 'a sound gzip stream', `damaged data (${code})`, { cause: error });
  }
}

/** Reads an image file whose images must be `height` by `width`. */
export async function readIdxImages(
  file: string,
  height: number,
  width: number,
  onFile?: OnDataFile,
): Promise<IdxImages> {
  const contents = await readContents(file, 'an idx image file');
  const images = parseIdxImages(contents, height, width);
  tell(contents, onFile);
  return images;
}

/** Reads a label file that must hold `count` labels below `classes`. Returns [count]. */
export async function readIdxLabels(
  file: string,
  count: number,
  classes: number,
  onFile?: OnDataFile,
): Promise<Uint8Array> {
  const contents = await readContents(file, 'an idx label file');
  const labels = parseIdxLabels(contents, count, classes);
  tell(contents, onFile);
  return labels;
}

function tell({ file, bytes }: Contents, onFile: OnDataFile | undefined): void {
  onFile?.(new FileHash().update(bytes).finish(file));
}
