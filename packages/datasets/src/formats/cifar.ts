/**
 * CIFAR's binary version: records of one label byte (CIFAR-10) or a coarse and a fine label byte (CIFAR-100), then 1,024
 * red, 1,024 green and 1,024 blue bytes, row by row. No header. Source: Krizhevsky, "The CIFAR-10 dataset", section
 * "Binary version".
 */
import { type FileHandle, open } from 'node:fs/promises';
import { DatasetError, fileProblem } from '../error.js';
import type { Split } from '../sets/dataset.js';
import { type DataFile, FileHash, type OnDataFile } from './fileHash.js';

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

async function openChecked(file: string, format: CifarFormat): Promise<FileHandle> {
  const recordBytes = format.labels.length + pixelBytes;
  const size = format.recordsPerFile * recordBytes;
  const expected = `${format.recordsPerFile} records of ${recordBytes} bytes (${size} bytes in all)`;
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const stat = await handle.stat();
    if (!stat.isFile()) throw new DatasetError({ file, offset: 0 }, expected, 'a folder');
    if (stat.size !== size) {
      throw new DatasetError({ file, offset: Math.min(stat.size, size) }, expected, `${stat.size} bytes in all`);
    }
    return handle;
  } catch (error) {
    await handle?.close();
    throw fileProblem(error, file, expected);
  }
}

/** Reads one file into `split`, from record `first` of the split on. */
async function readInto(file: string, format: CifarFormat, split: Split, first: number): Promise<DataFile> {
  const handle = await openChecked(file, format);
  const hash = new FileHash();
  try {
    const labelBytes = format.labels.length;
    const recordBytes = labelBytes + pixelBytes;
    const chunk = Buffer.allocUnsafe(Math.min(chunkRecords, format.recordsPerFile) * recordBytes);
    for (let start = 0; start < format.recordsPerFile; start += chunkRecords) {
      const records = Math.min(chunkRecords, format.recordsPerFile - start);
      const { bytesRead } = await handle.read(chunk, 0, records * recordBytes, start * recordBytes);
      if (bytesRead !== records * recordBytes) {
        const offset = start * recordBytes + bytesRead;
        throw new DatasetError({ file, offset }, `${records} records from record ${start} on`, 'the end of the file');
      }
      hash.update(chunk.subarray(0, bytesRead));
      for (let record = 0; record < records; record++) {
        const at = record * recordBytes;
        format.labels.forEach(({ meaning, classes }, i) => {
          const label = chunk[at + i] as number;
          if (label < classes) return;
          const offset = start * recordBytes + at + i;
          const expected = `the ${meaning} of record ${start + record} to be 0 to ${classes - 1}`;
          throw new DatasetError({ file, offset }, expected, String(label));
        });
        const index = first + start + record;
        split.labels[index] = chunk[at + labelBytes - 1] as number;
        interleave(chunk, at + labelBytes, split.images, index * pixelBytes);
      }
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
