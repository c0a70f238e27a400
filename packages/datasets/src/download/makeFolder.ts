import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes `dir` and the folders that lead to it, where they are not there yet.
 * @throws the system's error, which is the true one: `mkdir` with `recursive` calls a read-only disk ENOENT.
 */
export async function makeFolder(dir: string): Promise<void> {
  if (await isFolder(dir)) return;
  const parent = dirname(dir);
  if (parent !== dir) await makeFolder(parent);
  await mkdir(dir).catch(async (error: unknown) => {
    if (!(await isFolder(dir))) throw error;
  });
}

function isFolder(dir: string): Promise<boolean> {
  return stat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
