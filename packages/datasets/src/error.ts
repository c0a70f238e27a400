/** A data file that is not what its format says: which file, where in it, what was expected and what was found. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly file: string;
  /** In bytes from the start of the file; of a gzip file's contents when `unpacked`. */
  readonly offset: number;
  readonly unpacked: boolean;
  readonly expected: string;
  readonly found: string;

  constructor(
    place: { file: string; offset: number; unpacked?: boolean },
    expected: string,
    found: string,
    options?: ErrorOptions,
  ) {
    const where = `byte ${place.offset}${place.unpacked ? ' of its unpacked contents' : ''}`;
    super(`${place.file}: ${where}: expected ${expected}, found ${found}`, options);
    this.file = place.file;
    this.offset = place.offset;
    this.unpacked = place.unpacked ?? false;
    this.expected = expected;
    this.found = found;
  }
}

/** What the operating system says of a failed file operation ('ENOENT', ...), if it is one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Turns "no such file" and its kin into a DatasetError; anything else is a bug and passes unchanged. */
export function fileProblem(error: unknown, file: string, expected: string): unknown {
  const code = systemCode(error);
  if (code === undefined || error instanceof DatasetError) return error;
  const found = code === 'ENOENT' || code === 'ENOTDIR' ? 'no such file' : code === 'EISDIR' ? 'a folder' : code;
  return new DatasetError({ file, offset: 0 }, expected, found, { cause: error });
}
