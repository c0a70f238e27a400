/**
 * CIFAR's binary version: records of one label byte (CIFAR-10) or a coarse and a fine label byte (CIFAR-100), then 1,024
 * red, 1,024 green and 1,024 blue bytes, row by row. No header. Source: Krizhevsky, "The CIFAR-10 dataset", section
 * "Binary version".
 */
import { type FileHandle, open } from 'node:fs/promises';
import { DatasetError, fileProblem } from '../error.js';
import type { Split } from '../sets/dataset.js';
import { type DataFile, FileHash, type OnDataFile } from './fileHash.js';
import { ordinarySize } from './ordinaryFile.js';

const plane = 32 * 32;
const pixelBytes = 3 * plane;
/** Records read at once: 3 MB, whatever the file's size. */
const chunkRecords = 1000;

export interface CifarFormat {
  /** Upper bounds of the label bytes in front of the pixels; the last label is the one that counts. */
  labels: { meaning: string; classes: number }[];
  /** Each file must have exactly so many. */
  recordsPerFile: number;
}

/** Planar RGB to interleaved: 3,072 bytes from `from` at `source` to `to` at `target`. */
function interleave(from: Uint8Array, source: number, to: Uint8Array, target: number): void {
  for (let pixel = 0; pixel < plane; pixel++) {
    to[target++] = from[source + pixel] as number;
    to[target++] = from[source + plane + pixel] as number;
    to[target++] = from[source + 2 * plane + pixel] as number;
  }
}

/** A file's size in bytes, and that in words. */
function sizeOf({ labels, recordsPerFile }: CifarFormat): { size: number; expected: string } {
  const recordBytes = labels.length + pixelBytes;
  const size = recordsPerFile * recordBytes;
  return { size, expected: `${recordsPerFile} records of ${recordBytes} bytes (${size} bytes in all)` };
}

/** Refuses a file of `found` bytes unless it is exactly as long as `format` says. */
export function checkSize(found: number, file: string, format: CifarFormat): void {
  const { size, expected } = sizeOf(format);
  if (found === size) return;
  throw new DatasetError({ file, offset: Math.min(found, size) }, expected, `${found} bytes in all`);
}

async function openChecked(file: string, format: CifarFormat): Promise<FileHandle> {
  const { expected } = sizeOf(format);
  try {
    checkSize(await ordinarySize(file, expected), file, format);
    return await open(file);
  } catch (error) {
    throw fileProblem(error, file, expected);
  }
}

/** A part of a file: records from number `start` of the file on. */
export interface CifarRecords {
  file: string;
  /** As many whole records as there are. */
  bytes: Uint8Array;
  start: number;
}

/** Puts records into `split`, the file's record 0 at `first`; checks their labels. */
export function decodeRecords(
  { file, bytes, start }: CifarRecords,
  { labels }: Pick<CifarFormat, 'labels'>,
  split: Split,
  first: number,
): void {
  const recordBytes = labels.length + pixelBytes;
  for (let at = 0, record = start; at < bytes.length; at += recordBytes, record++) {
    labels.forEach(({ meaning, classes }, i) => {
      const label = bytes[at + i] as number;
      if (label < classes) return;
      const expected = `the ${meaning} of record ${record} to be 0 to ${classes - 1}`;
      throw new DatasetError({ file, offset: record * recordBytes + i }, expected, String(label));
    });
    split.labels[first + record] = bytes[at + labels.length - 1] as number;
    interleave(bytes, at + labels.length, split.images, (first + record) * pixelBytes);
  }
}

/** Reads one file into `split`, from record `first` of the split on. */
async function readInto(file: string, format: CifarFormat, split: Split, first: number): Promise<DataFile> {
  const handle = await openChecked(file, format);
  const hash = new FileHash();
  try {
    const recordBytes = format.labels.length + pixelBytes;
    const chunk = Buffer.allocUnsafe(Math.min(chunkRecords, format.recordsPerFile) * recordBytes);
    for (let start = 0; start < format.recordsPerFile; start += chunkRecords) {
      const records = Math.min(chunkRecords, format.recordsPerFile - start);
      const bytes = chunk.subarray(0, records * recordBytes);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start * recordBytes);
      if (bytesRead !== bytes.length) {
        const offset = start * recordBytes + bytesRead;
        throw new DatasetError({ file, offset }, `${records} records from record ${start} on`, 'the end of the file');
      }
      hash.update(bytes);
      decodeRecords({ file, bytes, start }, format, split, first);
    }
    return hash.finish(file);
  } finally {
    await handle.close();
  }
}

/** Reads the files one after another; `into` has room for all their records. `onFile` is told of each that was sound. */
export async function readCifar(files: string[], format: CifarFormat, into: Split, onFile?: OnDataFile): Promise<void> {
  let first = 0;
  for (const file of files) {
    const read = await readInto(file, format, into, first);
    onFile?.(read);
    first += format.recordsPerFile;
  }
}
