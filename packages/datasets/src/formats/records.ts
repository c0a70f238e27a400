/** Small images in files, with their labels: what is common to the files of MNIST and CIFAR. */
import type { Split } from '../sets/dataset.js';
import type { DataFile } from './fileHash.js';

/** Where a sample goes: number `at` of a split in memory. */
export interface Wanted<Into = Split> {
  /** In the part. */
  position: number;
  into: Into;
  at: number;
}

/** One part of a data set. To be closed by whoever opened it. */
export interface Records {
  readonly size: number;
  /** Of the positions from `from` up to, not with, `to`; no more is read than these need. */
  labels(from: number, to: number): Promise<ArrayLike<number>>;
  /**
   * Reads images and labels, in the order of their positions. `whole`: all files are hashed from their first to their last
   * byte; else what was read is. Gives the files that it was read from.
   */
  read(wanted: readonly Wanted[], whole: boolean): Promise<DataFile[]>;
  close(): Promise<void>;
}

/** Positions in one of several files that follow each other, as numbers of it. */
export function wantedIn(wanted: readonly Wanted[], first: number, count: number): Wanted[] {
  return wanted
    .filter(({ position }) => position >= first && position < first + count)
    .map((one) => ({ ...one, position: one.position - first }));
}

/** Positions next to each other, at most `most` of them at once. */
export function* runsOf(wanted: readonly Wanted[], most: number): Generator<readonly Wanted[]> {
  for (let start = 0; start < wanted.length; ) {
    let end = start + 1;
    const first = (wanted[start] as Wanted).position;
    while (end < wanted.length && end - start < most && wanted[end]?.position === first + end - start) end++;
    yield wanted.slice(start, end);
    start = end;
  }
}
