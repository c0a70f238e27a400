/** An operating system's reason for a failed file operation, in words for the person who named the file. */

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'another program is using it',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file has that name',
  EFBIG: 'the file would be larger than is allowed',
  EIO: 'the disk reports an error',
  EISDIR: 'a folder has that name',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'too many files are open',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ENOTEMPTY: 'the folder is not empty',
  EPERM: 'it is not permitted',
  EROFS: 'the disk is read-only',
  ETXTBSY: 'another program is using it',
};

/** 'ENOENT' and its like; undefined for errors that have no such code. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** 'permission denied (EACCES)', for a message that names the file itself; undefined when it is no error of a file. */
export function systemReason(error: unknown): string | undefined {
  const code = systemCode(error);
  if (code === undefined) return undefined;
  // Node's own: "EXDEV: cross-device link not permitted, rename 'a' -> 'b'".
  const known = Object.hasOwn(words, code) ? words[code] : /^E\w+: (.+?), \w+\b/.exec((error as Error).message)?.[1];
  return known === undefined ? undefined : `${known} (${code})`;
}
