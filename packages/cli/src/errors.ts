import { plain } from 'kestirme';

/** The command line or a configuration file asks for something impossible: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Something went wrong that the user can act on: exit code 1. Other errors end the same way; this one is expected. */
export class Failure extends Error {
  override name = 'Failure';
}

/** The message of a thrown value, in one line. That of a failed file operation names no file: the caller does. */
export function messageOf(error: unknown): string {
  const text = plain.systemReason(error) ?? (error instanceof Error ? error.message || error.name : String(error));
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

/** The message of an error that came here without anyone having said which file it is about. */
export function messageWithFile(error: unknown): string {
  const isOfFile = plain.systemReason(error) !== undefined && error instanceof Error && 'path' in error;
  return isOfFile ? `${error.path}: ${messageOf(error)}` : messageOf(error);
}

/** 'ENOENT' and its like, of an error of the file system. */
export const codeOf = plain.systemCode;

/** Whether there is no such file or folder. */
export function isAbsence(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}
