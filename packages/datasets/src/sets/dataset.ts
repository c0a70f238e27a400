import type { DataInfo } from 'kestirme';

/** Images of one part of a data set, on memory that worker threads share. */
export interface Split {
  /** [size, H, W, C], 0-255. */
  images: Uint8Array<SharedArrayBuffer>;
  /** [size], 0-based class indices. */
  labels: Int32Array<SharedArrayBuffer>;
  size: number;
}

/** Random changes of a training image, drawn anew in each epoch. */
export interface Augment {
  /** Zero padding in pixels on each side, from which a window of the image's own size is cut at random; 0: no crop. */
  crop: number;
  /** Mirrors half of the images left to right. */
  flip: boolean;
}

/** A data set in memory, as its files have it: not augmented, not normalised. */
export interface Dataset {
  info: DataInfo;
  train: Split;
  test: Split;
  /** What `createLoader` does to training images unless told otherwise. */
  augment: Augment;
}

export function allocateSplit(size: number, imageBytes: number): Split {
  return {
    images: new Uint8Array(new SharedArrayBuffer(size * imageBytes)),
    labels: new Int32Array(new SharedArrayBuffer(size * Int32Array.BYTES_PER_ELEMENT)),
    size,
  };
}
