import { stat } from 'node:fs/promises';
import { DatasetError } from '../error.js';

/**
 * Size of `file` in bytes. It must be an ordinary one: reading a device or a pipe may never end.
 * @throws DatasetError, or the error of the system when there is no such file.
 */
export async function ordinarySize(file: string, expected: string): Promise<number> {
  const found = await stat(file);
  if (found.isFile()) return found.size;
  throw new DatasetError({ file, offset: null }, expected, found.isDirectory() ? 'a folder' : 'no ordinary file');
}
