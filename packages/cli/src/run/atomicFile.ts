import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, messageOf } from '../errors.js';

/** Replaces `file` by `content` so that a crash leaves either the old or the new, never a part. */
export async function writeFileAtomic(file: string, content: Uint8Array | string): Promise<void> {
  // One fixed name: what a crash leaves behind is overwritten the next time.
  const temporary = `${file}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new Failure(`cannot write ${file}: ${messageOf(error)}`);
  }
}

/** Makes a rename last through a power cut. Windows cannot open folders, and needs no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } finally {
    await handle?.close();
  }
}
