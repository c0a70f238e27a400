import type { DataInfo, Pixels } from 'kestirme';
import type { DataFile } from '../formats/fileHash.js';
import { allocate } from '../memory.js';

/** Images of one part of a data set. On a SharedArrayBuffer, worker threads read them where they are; else they copy them. */
export interface Split<Images extends Pixels = Uint8Array> {
  /** [size, H, W, C], 0-255; where the data set's info says `frames`, [size, T, H, W, C], bytes or floats. */
  images: Images;
  /** [size], 0-based class indices. */
  labels: Int32Array;
  size: number;
}

/** Random changes of a training image, drawn anew in each epoch. */
export interface Augment {
  /** Zero padding in pixels on each side, from which a window of the image's own size is cut at random; 0: no crop. */
  crop: number;
  /** Mirrors half of the images left to right. */
  flip: boolean;
}

/** A data set in memory, as its files have it: not augmented, not normalised. `createLoader` checks one of your own arrays. */
export interface Dataset {
  info: DataInfo;
  train: Split<Pixels>;
  test: Split<Pixels>;
  /** What `createLoader` does to training images unless told otherwise; null: nothing. */
  augment: Augment | null;
}

/** One that is known by its name: of images. */
export interface NamedDataset extends Dataset {
  train: Split;
  test: Split;
  /** The usual changes, see `defaultAugment`. */
  augment: Augment;
}

export interface OpenedDataset extends NamedDataset {
  /** What was read, in this order: with equal files, equal limits give equal images. */
  files: DataFile[];
}

export function allocateSplit(size: number, imageBytes: number): Split {
  return {
    images: new Uint8Array(allocate(size * imageBytes)),
    labels: new Int32Array(allocate(size * Int32Array.BYTES_PER_ELEMENT)),
    size,
  };
}
