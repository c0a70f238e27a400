/** One image of the cache: a header, then [height, width, 3]. */
import * as fs from 'node:fs';
import { threadId } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { markUsed } from '../cache/room.js';
import type { Sample } from '../samples/sample.js';
import { ownMemory, type PixelMemory } from './pixelMemory.js';

/** Before the pixels: a mark, height, width, and the pixels' checksum, each of four bytes. */
export const headerBytes = 16;
const mark = 0x3149_4b4b;

/** Null: there is none, or not a whole one. One that is read counts as used that day. */
export function readEntry(file: string, memory: PixelMemory = ownMemory): Sample | null {
  let entry: number | null = null;
  try {
    entry = fs.openSync(file, 'r');
    const { size, mtimeMs } = fs.fstatSync(entry);
    const header = new Uint32Array(headerBytes / 4);
    const pixels = memory(Math.max(0, size - headerBytes));
    fs.readvSync(entry, [header, pixels]);
    const [found, height = 0, width = 0, sum] = header;
    if (found !== mark || pixels.length !== 3 * height * width || crc32(pixels) !== sum) return null;
    markUsed(file, mtimeMs);
    return { pixels, frames: 1, height, width, channels: 3 };
  } catch {
    return null;
  } finally {
    if (entry !== null) fs.closeSync(entry);
  }
}

/** Under another name first, so that nobody reads half of it. @throws the system's error */
export function writeEntry(file: string, { pixels, height, width }: Sample): void {
  const temporary = `${file}.${process.pid}-${threadId}.tmp`;
  try {
    const header = Uint32Array.of(mark, height, width, crc32(pixels as Uint8Array));
    fs.writeFileSync(temporary, Buffer.concat([new Uint8Array(header.buffer), pixels as Uint8Array]));
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}
