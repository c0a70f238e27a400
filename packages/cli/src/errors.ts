/** The command line or a configuration file asks for something impossible: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Something went wrong that the user can act on: exit code 1. Other errors end the same way; this one is expected. */
export class Failure extends Error {
  override name = 'Failure';
}

/** The message of whatever was thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

/** 'ENOENT' and its like, of an error of the file system. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
