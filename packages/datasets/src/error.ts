import { plain } from 'kestirme';

/** A data file that is not what its format says: which file, where in it, what was expected and what was found. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly file: string;
  /** In bytes from the start of the file; of a gzip file's contents when `unpacked`. Null: it is about the whole. */
  readonly offset: number | null;
  readonly unpacked: boolean;
  readonly expected: string;
  readonly found: string;

  constructor(
    place: { file: string; offset: number | null; unpacked?: boolean },
    expected: string,
    found: string,
    options?: ErrorOptions,
  ) {
    const where = `: byte ${place.offset}${place.unpacked ? ' of its unpacked contents' : ''}`;
    super(`${place.file}${place.offset === null ? '' : where}: expected ${expected}, found ${found}`, options);
    this.file = place.file;
    this.offset = place.offset;
    this.unpacked = place.unpacked ?? false;
    this.expected = expected;
    this.found = found;
  }

  /** What is wrong, without the place. */
  get reason(): string {
    return `expected ${this.expected}, found ${this.found}`;
  }
}

/** Turns "no such file" and its kin into a DatasetError; anything else is a bug and passes unchanged. */
export function fileProblem(error: unknown, file: string, expected: string): unknown {
  const reason = plain.systemReason(error);
  if (reason === undefined || error instanceof DatasetError) return error;
  const known: Record<string, string> = { ENOENT: 'no such file', ENOTDIR: 'no such file', EISDIR: 'a folder' };
  const found = known[plain.systemCode(error) ?? ''] ?? `that it cannot be read: ${reason}`;
  return new DatasetError({ file, offset: null }, expected, found, { cause: error });
}

/** The refusal of a file among many, which says how to go on without it. */
export function withWayOut(refusal: DatasetError): DatasetError {
  const { file, offset, expected, found } = refusal;
  const how = '--skip-corrupt, skipCorrupt in a program, leaves out what cannot be read';
  return new DatasetError({ file, offset }, expected, `${found}; ${how}`, { cause: refusal });
}
