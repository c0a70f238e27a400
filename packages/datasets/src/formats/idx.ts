/** Reads idx files, plain or gzipped (recognised by content, not by name). */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { plain } from 'kestirme';
import { DatasetError, fileProblem } from '../error.js';
import { type DataFile, FileHash } from './fileHash.js';
import { type Contents, idxHeaderBytes, parseIdxHeader, parseIdxLabels, requireIdxSize } from './idxContents.js';
import { ordinarySize } from './ordinaryFile.js';

/** No idx file read here is near this, packed or not: a file that has more is damaged or hostile. */
const largestContents = 256 * 1024 * 1024;

/** Contents that come piece by piece. */
interface Pieces {
  unpacked: boolean;
  pieces: AsyncIterable<Uint8Array>;
}

async function openContents(file: string, expected: string): Promise<Pieces> {
  try {
    const size = await ordinarySize(file, expected);
    if (size > largestContents) {
      throw new DatasetError({ file, offset: 0 }, `at most ${largestContents} bytes`, `${size} bytes`);
    }
    const unpacked = await isGzip(file);
    return { unpacked, pieces: unpacked ? unpack(file, size) : readPieces(file, expected) };
  } catch (error) {
    throw fileProblem(error, file, expected);
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function* readPieces(file: string, expected: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw fileProblem(error, file, expected);
  }
}

async function* unpack(file: string, size: number): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const packed = createReadStream(file);
  const feeding = pipeline(packed, gunzip).catch(() => {});
  let bytes = 0;
  try {
    for await (const piece of gunzip as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > largestContents) {
        throw new DatasetError({ file, offset: 0 }, `gzip contents of at most ${largestContents} bytes`, 'more');
      }
      yield piece;
    }
  } catch (error) {
    throw gzipProblem(error, file, size);
  } finally {
    packed.destroy();
    gunzip.destroy();
    await feeding;
  }
}

function gzipProblem(error: unknown, file: string, size: number): unknown {
  const code = plain.systemCode(error);
  if (error instanceof DatasetError || code === undefined) return error;
  if (code === 'Z_BUF_ERROR') {
    return new DatasetError({ file, offset: size }, 'the rest of a gzip stream', 'the end of the file');
  }
  return new DatasetError({ file, offset: 0 }, 'a sound gzip stream', `damaged data (${code})`, { cause: error });
}

/** The number of images of a file whose images must be `height` by `width`; no more of it is read. */
export async function countIdxImages(file: string, height: number, width: number): Promise<number> {
  const { unpacked, pieces } = await openContents(file, imageFile);
  let bytes = Buffer.alloc(0);
  for await (const piece of pieces) {
    bytes = Buffer.concat([bytes, piece]);
    if (bytes.length >= idxHeaderBytes) break;
  }
  return parseIdxHeader({ file, bytes, unpacked }, height, width);
}

const imageFile = 'an idx image file';

/**
 * Goes through a file of images that must be `height` by `width`, one after the other; `take` is told of each, and may not
 * keep its pixels. Gives the file, hashed.
 */
export async function eachIdxImage(
  file: string,
  height: number,
  width: number,
  take: (position: number, pixels: Uint8Array) => void,
): Promise<DataFile> {
  const { unpacked, pieces } = await openContents(file, imageFile);
  const hash = new FileHash();
  const image = new Uint8Array(height * width);
  let header = Buffer.alloc(0);
  let count: number | undefined;
  for await (const piece of pieces) {
    let at = 0;
    if (count === undefined) {
      at = Math.min(piece.length, idxHeaderBytes - header.length);
      header = Buffer.concat([header, piece.subarray(0, at)]);
      if (header.length === idxHeaderBytes) count = parseIdxHeader({ file, bytes: header, unpacked }, height, width);
    }
    // Pixels that came before this piece.
    let before = hash.bytes + at - idxHeaderBytes;
    hash.update(piece);
    // Of what is too much, only the size counts.
    while (at < piece.length && before < (count ?? 0) * image.length) {
      const position = Math.floor(before / image.length);
      const filled = before - position * image.length;
      const some = piece.subarray(at, at + image.length - filled);
      image.set(some, filled);
      at += some.length;
      before += some.length;
      if (filled + some.length === image.length) take(position, image);
    }
  }
  // Of a file that ends within its header this says so.
  count ??= parseIdxHeader({ file, bytes: header, unpacked }, height, width);
  requireIdxSize({ file, unpacked }, hash.bytes, count, height, width);
  return hash.finish(file);
}

/** Reads a label file that must hold `count` labels below `classes`: [count], and the file, hashed. */
export async function readIdxLabels(
  file: string,
  count: number,
  classes: number,
): Promise<{ labels: Uint8Array; file: DataFile }> {
  const { unpacked, pieces } = await openContents(file, 'an idx label file');
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  const contents: Contents = { file, unpacked, bytes: Buffer.concat(parts) };
  const labels = parseIdxLabels(contents, count, classes);
  return { labels, file: new FileHash().update(contents.bytes).finish(file) };
}
