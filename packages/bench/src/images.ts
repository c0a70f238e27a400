/** The images of the benchmark: a binary batch of CIFAR-10, or noise. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Batch } from 'kestirme';

const pixels = 32 * 32;
const recordBytes = 1 + 3 * pixels;
const folderName = 'cifar-10-batches-bin';
const wholeSet = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'];

export interface Images {
  /** A binary batch, which all sides read; undefined: noise. */
  file: string | undefined;
  /** The folder of the whole data set, which only the loader's item needs. */
  folder: string | undefined;
}

/** From a binary batch, or from the folder with the batches or its parent. @throws when it is none of these. */
export function locateImages(path: string | undefined): Images {
  if (path === undefined) return { file: undefined, folder: undefined };
  if (!existsSync(path)) throw new Error(`there are no images at ${path}`);
  let file = path;
  if (statSync(path).isDirectory()) {
    const folders = [path, join(path, folderName)];
    const found = folders.map((folder) => join(folder, 'data_batch_1.bin')).find(existsSync);
    if (found === undefined) throw new Error(`${path} has no data_batch_1.bin, nor has a ${folderName} in it`);
    file = found;
  }
  const { size } = statSync(file);
  if (size === 0 || size % recordBytes !== 0) {
    throw new Error(`${file}: ${size} bytes are no whole number of CIFAR-10's records of ${recordBytes}`);
  }
  const folder = dirname(file);
  const whole = wholeSet.every((name) => existsSync(join(folder, `${name}.bin`)));
  return { file, folder: whole ? folder : undefined };
}

/** For the report: no path of somebody's machine. */
export function imagesName({ file }: Images): string {
  return file === undefined ? 'noise' : basename(file);
}

export interface BatchesOptions {
  file: string | undefined;
  size: number;
  /** Only so many of the first images; undefined: all. */
  images?: number | undefined;
}

/** The images in their order, again from the first after the last, as [B, H, W, C] bytes; without end. */
export function* batches({ file, size, images: most }: BatchesOptions): Generator<Batch> {
  const read = file === undefined ? noise : records(file);
  const available = file === undefined ? noiseImages : statSync(file).size / recordBytes;
  const total = Math.min(most ?? available, available);
  for (let k = 0; ; k++) {
    const images = new Uint8Array(new SharedArrayBuffer(size * 3 * pixels));
    const labels = new Int32Array(size);
    const indices = new Uint32Array(size);
    for (let b = 0; b < size; b++) {
      const index = (k * size + b) % total;
      const record = read(index);
      indices[b] = index;
      labels[b] = record[0] as number;
      for (let i = 0; i < 3 * pixels; i++) {
        images[b * 3 * pixels + i] = record[1 + (i % 3) * pixels + Math.floor(i / 3)] as number;
      }
    }
    yield { images, labels, indices, size };
  }
}

type Read = (index: number) => Uint8Array;

/** Record by record: the whole file would count as our memory. */
function records(file: string): Read {
  const handle = openSync(file, 'r');
  process.once('exit', () => closeSync(handle));
  return (index) => {
    const record = new Uint8Array(recordBytes);
    readSync(handle, record, 0, recordBytes, index * recordBytes);
    return record;
  };
}

const noiseImages = 10_000;

/** The same bytes for the same index, each time. */
function noise(index: number): Uint8Array {
  const record = new Uint8Array(recordBytes);
  let state = Math.imul(index, 2_654_435_761) >>> 0;
  for (let i = 0; i < recordBytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    record[i] = state >>> 24;
  }
  record[0] = index % 10;
  return record;
}
