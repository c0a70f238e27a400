import type { Fields, GivenUrl, Kind, OptionsOf } from 'kestirme';
import type { OpenedDataset } from './dataset.js';
import type { ValidationShare } from './validation.js';

export interface OpenOptions {
  /** Samples to keep of each part, balanced over the classes (see `balancedPositions`); default: all. */
  limit?: { train?: number; test?: number };
  /**
   * A number takes so many of the training samples, from their end, in place of the test samples: to choose options by, since
   * what was chosen by the test samples cannot be judged by them. `limit` counts what is left of each part. A share of the
   * training samples that `limit` leaves is held out beside the test samples: see `Dataset.validation`.
   */
  validation?: number | ValidationShare;
  /** Values of the data set's own options; the others are as usual. */
  options?: Readonly<Record<string, unknown>>;
  /** T of the network: so many frames are made of each recording of events, unless the options say otherwise. Default 4. */
  timeSteps?: number;
  /** Leaves out samples that cannot be read, and lists them in `skipped`, where the usual is an error. */
  skipCorrupt?: boolean | undefined;
  /** Folder for what is read once and kept (decoded images, frames of events). Default: the user's folder for caches. */
  cacheDir?: string | undefined;
  /** Is told how far a long preparation is. */
  onProgress?: (progress: OpenProgress) => void;
  /**
   * With a limit, files are hashed from the first to the last byte, as versions before did: to compare with what they
   * wrote. Usual: no more is read, and hashed, than what is kept.
   */
  wholeFiles?: boolean | undefined;
  /** Ends the reading at once with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Where files of this package lie, in programs whose bundler leaves them behind: a copy of its folder `data`, for
   * 'builtin'; in Node also the script of the threads that make frames of events, a bundle of `@kestirme/datasets/worker`, and
   * a folder of the .wasm files of images. In Node a path will do, in a page an address relative to it. See docs/bundling.md.
   */
  dataUrl?: GivenUrl | undefined;
  workerUrl?: GivenUrl | undefined;
  wasmUrl?: GivenUrl | undefined;
}

export interface OpenProgress {
  /** What is done, such as 'making frames'. */
  what: string;
  done: number;
  total: number;
}

export interface OpenRequest<Options> extends Omit<OpenOptions, 'options' | 'validation'> {
  /** Samples to be taken from the end of the training samples in place of the test samples. */
  validation?: number;
  /** Folder, or file, that the source names; '' of one that needs none. */
  dir: string;
  options: Options;
}

/** A data set that has a name. Its file describes it, and a line in `kinds.ts` makes it known. */
export interface DatasetKind<Name extends string = string, F extends Fields = Fields> extends Kind<Name, F> {
  /** What stands behind the name: 'cifar10:DIR', 'module:FILE', or nothing. */
  readonly source: 'DIR' | 'FILE' | 'nothing';
  open(request: OpenRequest<OptionsOf<F>>): Promise<OpenedDataset>;
}

export function datasetKind<const Name extends string, const F extends Fields>(
  kind: DatasetKind<Name, F>,
): DatasetKind<Name, F> {
  return kind;
}
