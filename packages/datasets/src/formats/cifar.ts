/**
 * CIFAR's binary version: records of one label byte (CIFAR-10) or a coarse and a fine label byte (CIFAR-100), then 1,024
 * red, 1,024 green and 1,024 blue bytes, row by row. No header. Source: Krizhevsky, "The CIFAR-10 dataset", section
 * "Binary version".
 */
import { DatasetError } from '../error.js';
import type { Split } from '../sets/dataset.js';
import { type ByteSource, openFileSource } from './byteSource.js';
import { FileHash } from './fileHash.js';
import { runsOf, type Wanted } from './records.js';

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

/** One of a part's files. `wanted` and labels are by positions in it. */
export interface CifarFile {
  labels(from: number, to: number): Promise<Uint8Array>;
  /** Gives the hash of what was read; `whole`: of all of the file. */
  read(wanted: readonly Wanted[], whole: boolean): Promise<FileHash>;
  close(): Promise<void>;
}

/** Planar RGB to interleaved: 3,072 bytes from `from` at `source` to number `at` of `into`. */
export function interleave(from: Uint8Array, source: number, { images }: Split, at: number): void {
  let target = at * pixelBytes;
  for (let pixel = 0; pixel < plane; pixel++) {
    images[target++] = from[source + pixel] as number;
    images[target++] = from[source + plane + pixel] as number;
    images[target++] = from[source + 2 * plane + pixel] as number;
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

/** A part of a file: records from number `start` of the file on. */
export interface CifarRecords {
  file: string;
  /** As many whole records as there are. */
  bytes: Uint8Array;
  start: number;
}

/** The class of each record. @throws DatasetError for a label that is out of range */
export function labelsOf({ file, bytes, start }: CifarRecords, { labels }: Pick<CifarFormat, 'labels'>): Uint8Array {
  const recordBytes = labels.length + pixelBytes;
  const found = new Uint8Array(bytes.length / recordBytes);
  for (let i = 0; i < found.length; i++) {
    labels.forEach(({ meaning, classes }, place) => {
      const label = bytes[i * recordBytes + place] as number;
      found[i] = label;
      if (label < classes) return;
      const record = start + i;
      const expected = `the ${meaning} of record ${record} to be 0 to ${classes - 1}`;
      throw new DatasetError({ file, offset: record * recordBytes + place }, expected, String(label));
    });
  }
  return found;
}

/** Puts records, one for each that is wanted, where they belong; checks their labels. */
export function decodeRecords(
  records: CifarRecords,
  format: Pick<CifarFormat, 'labels'>,
  wanted: readonly Pick<Wanted, 'into' | 'at'>[],
): void {
  const recordBytes = format.labels.length + pixelBytes;
  const classes = labelsOf(records, format);
  wanted.forEach(({ into, at }, i) => {
    into.labels[at] = classes[i] as number;
    interleave(records.bytes, i * recordBytes + format.labels.length, into, at);
  });
}

/** Opens a file of the binary version. @throws DatasetError when it is not as long as `format` says */
export async function openCifarFile(file: string, format: CifarFormat): Promise<CifarFile> {
  const source = await openFileSource(file, sizeOf(format).expected);
  try {
    checkSize(source.size, file, format);
  } catch (error) {
    await source.close();
    throw error;
  }
  return cifarFileOf(source, format);
}

function cifarFileOf(source: ByteSource, format: CifarFormat): CifarFile {
  const { file } = source;
  const recordBytes = format.labels.length + pixelBytes;
  const records = async (start: number, count: number): Promise<CifarRecords> => {
    return { file, start, bytes: await source.read(start * recordBytes, count * recordBytes) };
  };
  return {
    async labels(from, to) {
      const found = new Uint8Array(to - from);
      for (let start = from; start < to; start += chunkRecords) {
        const some = await records(start, Math.min(chunkRecords, to - start));
        found.set(labelsOf(some, format), start - from);
      }
      return found;
    },
    async read(wanted, whole) {
      const hash = new FileHash();
      const hashTo = async (end: number) => {
        for (let at = hash.bytes; whole && at < end; at = hash.bytes) {
          hash.update(await source.read(at, Math.min(chunkRecords * recordBytes, end - at)));
        }
      };
      for (const run of runsOf(wanted, chunkRecords)) {
        const start = (run[0] as Wanted).position;
        await hashTo(start * recordBytes);
        const some = await records(start, run.length);
        hash.update(some.bytes);
        decodeRecords(some, format, run);
      }
      await hashTo(source.size);
      return hash;
    },
    close: () => source.close(),
  };
}
