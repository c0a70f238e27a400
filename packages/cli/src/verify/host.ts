/** Where and how the fixed run is repeated. */
import type { Evidence } from './evidence.js';

/** One repetition of the fixed run. */
export interface Cell {
  /** 'node', 'chromium', or 'native-' and a level of instructions. */
  host: string;
  build: 'threads' | 'single';
  /** 1 with the single-thread build. */
  threads: number;
  /** Threads that fill batches; 0: none of their own. */
  workers: number;
}

/** Repeats the fixed run; one cell at a time. */
export interface VerifyHost {
  readonly name: string;
  /** @throws CannotRun where the machine lacks something; any other error is a failure. */
  run(cell: Cell): Promise<Evidence>;
  close(): Promise<void>;
}

/** This machine lacks something that a cell needs; the message says which thing, and how to get it. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
