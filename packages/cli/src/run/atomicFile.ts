import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { WriteAt } from 'kestirme';
import { codeOf, Failure, messageOf } from '../errors.js';

/** All of it, or what writes it piece by piece. */
export type Content = Uint8Array | string | ((writeAt: WriteAt) => Promise<void>);

/** Where the content of `file` lies until it is complete. One fixed name: what a crash leaves is found again. */
export function temporaryName(file: string): string {
  return `${file}.tmp`;
}

/**
 * Replaces `file` by `content` so that a crash leaves either the old or the new, never a part. With `previous`, the old
 * content goes on under that name: in between there may be no `file`, but then `previous` is the old one.
 */
export async function writeFileAtomic(file: string, content: Content, previous?: string): Promise<void> {
  const temporary = temporaryName(file);
  try {
    await writeSynced(temporary, content);
    if (previous !== undefined) await renameIfThere(file, previous);
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new Failure(`cannot write ${file}: ${messageOf(error)}`);
  }
}

async function writeSynced(file: string, content: Content): Promise<void> {
  const handle = await open(file, 'w');
  try {
    if (typeof content === 'function') await content((bytes, at) => writeAll(handle, bytes, at));
    else await writeFile(handle, content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** One call may write a part only. */
async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}

export async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
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
