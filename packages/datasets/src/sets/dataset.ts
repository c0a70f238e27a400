import type { DataInfo, Pixels } from 'kestirme';
import type { Steps } from '../augment/index.js';
import type { Augment } from '../augment/usual.js';
import type { DataFile } from '../formats/fileHash.js';
import { allocate } from '../memory.js';
import type { SampleSource } from '../samples/source.js';

/** One part of a data set in memory. On a SharedArrayBuffer, worker threads read images where they are; else they copy them. */
export interface Split<Images extends Pixels = Uint8Array> {
  /** [size, H, W, C], 0-255; where the data set's info says `frames`, [size, T, H, W, C], bytes or floats. */
  images: Images;
  /** [size], 0-based class indices. */
  labels: Int32Array;
  size: number;
}

/** One part of a data set whose samples are read, in worker threads, when they are needed. */
export interface SourceSplit {
  source: SampleSource;
  /** Whether samples are floats; else bytes. */
  floats?: boolean;
  /** [size], 0-based class indices. */
  labels: Int32Array;
  size: number;
}

/** A data set, as its files have it: not augmented, not normalised. `createLoader` checks one of your own arrays. */
export interface Dataset {
  info: DataInfo;
  train: Split<Pixels> | SourceSplit;
  test: Split<Pixels> | SourceSplit;
  /**
   * Positions in `train`, rising, of samples that are not trained on: epochs are judged by them, and the test samples are
   * read when the result is known. `info` then has `validationSize`, and a smaller `trainSize`.
   */
  validation?: Uint32Array;
  /** What `createLoader` does to training images unless told otherwise; null: nothing. */
  augment: Augment | Steps | null;
  /**
   * What brings samples to the sizes that `info` has where those that are read have others: the steps of test samples, and
   * of training samples that are not augmented. Nothing of them is left to chance.
   */
  prepare?: Steps;
}

/** A data set whose samples are all in memory. */
export interface MemoryDataset extends Dataset {
  train: Split<Pixels>;
  test: Split<Pixels>;
}

/** One that is known by its name: of images that are in memory. */
export interface NamedDataset extends MemoryDataset {
  train: Split;
  test: Split;
  /** The usual changes, see `defaultAugment`. */
  augment: Augment;
}

/** A sample that could not be read and is left out. */
export interface Skipped {
  file: string;
  /** What is wrong with it, as the error would have said. */
  reason: string;
}

export interface OpenedDataset extends Dataset {
  /** What was read, in this order: with equal files, equal limits give equal images. */
  files: DataFile[];
  /** Which samples serve for training and which for tests, where there is more than one way: its name goes beside accuracies. */
  split?: string;
  /** Where corrupt files are skipped: which. */
  skipped?: Skipped[];
}

export type OpenedImages = OpenedDataset & NamedDataset;

export function allocateSplit(size: number, imageBytes: number): Split {
  return {
    images: new Uint8Array(allocate(size * imageBytes)),
    labels: new Int32Array(allocate(size * Int32Array.BYTES_PER_ELEMENT)),
    size,
  };
}
