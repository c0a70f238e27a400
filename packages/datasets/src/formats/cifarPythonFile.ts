/** A file of CIFAR's Python version, read as one of the binary version is. */
import { type ByteSource, hashOf, openFileSource } from './byteSource.js';
import { type CifarFile, interleave } from './cifar.js';
import { planarBytes, readCifarBatch } from './cifarPython.js';
import { FileHash } from './fileHash.js';
import { runsOf, type Wanted } from './records.js';

export interface CifarPythonFormat {
  /** Of the labels that count. */
  key: string;
  classes: number;
  /** Images in the file. */
  count: number;
}

/** Images read at once. */
const chunkImages = 1000;

/** @throws DatasetError for a file that is none of these, or has code in it */
export async function openCifarPythonFile(file: string, format: CifarPythonFormat): Promise<CifarFile> {
  const source = await openFileSource(file, "a file of CIFAR's Python version");
  try {
    const { labels, offset, fortranOrder } = await readCifarBatch(source, format);
    const pixels = fortranOrder ? columns(source, offset, format.count) : rows(source, offset);
    return {
      labels: async (from, to) => labels.subarray(from, to),
      async read(wanted, whole) {
        const hash = new FileHash();
        for (const run of runsOf(wanted, chunkImages)) {
          const first = (run[0] as Wanted).position;
          const bytes = await pixels(first, run.length);
          hash.update(labels.subarray(first, first + run.length)).update(bytes);
          run.forEach(({ into, at, position }, i) => {
            into.labels[at] = labels[position] as number;
            interleave(bytes, i * planarBytes, into, at);
          });
        }
        return whole ? hashOf(source) : hash;
      },
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Reads `count` images from `first` on: [count, 3072], planar. */
type ReadPixels = (first: number, count: number) => Promise<Uint8Array>;

function rows(source: ByteSource, offset: number): ReadPixels {
  return (first, count) => source.read(offset + first * planarBytes, count * planarBytes);
}

/** Where the file has the first pixel of all images, then the second. */
function columns(source: ByteSource, offset: number, images: number): ReadPixels {
  return async (first, count) => {
    const made = new Uint8Array(count * planarBytes);
    for (let pixel = 0; pixel < planarBytes; pixel++) {
      const column = await source.read(offset + pixel * images + first, count);
      for (let i = 0; i < count; i++) made[i * planarBytes + pixel] = column[i] as number;
    }
    return made;
  };
}
