/** Between the main process and the process that trains. */
import type { TrainRunOptions } from '@kestirme/cli';

export type ToTraining =
  /** The first: the folder of all runs, and what new ones are to be. */
  | { kind: 'open'; folder: string; recipe: TrainRunOptions }
  /** Comes with a port, at whose other end is a page. */
  | { kind: 'connect' }
  | { kind: 'begin' }
  | { kind: 'stop' };

export type FromTraining =
  /** Nothing is trained now; what was is in its folder, with a checkpoint. */
  { kind: 'stopped' } | { kind: 'failed'; message: string };
