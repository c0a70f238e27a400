/** A run of events, in the order of the recording. Columns of equal length. */
export interface Events {
  size: number;
  /** Microseconds of the recording's own clock: whole numbers, exact. */
  t: Float64Array;
  /** Columns from the left, rows from the top. */
  x: Uint16Array;
  y: Uint16Array;
  /** 1: it became brighter; 0: darker. */
  p: Uint8Array;
}

/** Bytes that are read once, from the first to the last: of a file, a Blob, a member of an archive. */
export interface ByteStream {
  /** Stands in errors. */
  name: string;
  /** In bytes, where it is known beforehand. */
  size: number | null;
  chunks(): AsyncIterable<Uint8Array>;
}

/**
 * What can be wrong with a part of a recording:
 * `truncated`, it ends within a record; `time`, an event is older than the one before it; `address`, an event lies
 * outside the sensor; `counter`, a count of the file contradicts what it counts, or a clock overflowed; `damaged`, a
 * packet cannot be unpacked or holds what it must not.
 */
export type EventProblemKind = 'truncated' | 'time' | 'address' | 'counter' | 'damaged';

export interface EventProblem {
  kind: EventProblemKind;
  file: string;
  /** In bytes from the start of the recording (not of the archive that it may lie in). Null: `expected` says where. */
  offset: number | null;
  expected: string;
  found: string;
}

/** Is told of each problem: throws to refuse the recording, returns to have the event, or the damaged part, left out. */
export type OnEventProblem = (problem: EventProblem) => void;

export interface EventReadOptions {
  /** Of the sensor: events beyond are problems. Usual: what the recording itself says, else what is usual of its format. */
  width?: number;
  height?: number;
  /** Usual: `refuse`. See `SkippedEvents` for leaving out and counting. */
  onProblem?: OnEventProblem;
}

/** A recording's format: how its bytes become events. */
export interface EventFormat {
  name: string;
  /** What it is, in a few words for people. */
  title: string;
  /** Of file names, with the dot. Several formats may share one: then the first bytes decide. */
  extensions: readonly string[];
  /** Whether a file that begins with these bytes (4,096 of them, or all there are) can be of this format. */
  fits(first: Uint8Array): boolean;
  /** Of the sensor that the format's known data sets were recorded with; null: there is no usual one. */
  usualWidth: number | null;
  usualHeight: number | null;
  /**
   * Reads a recording in runs of at most 65,536 events each, with memory that does not grow with it.
   * @throws DatasetError when it is not of this format at all; what `onProblem` throws.
   */
  read(bytes: ByteStream, options?: EventReadOptions): AsyncIterable<Events>;
}
