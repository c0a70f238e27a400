import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DatasetError } from '../error.js';
import { ZipArchive } from '../formats/zip.js';
import { DownloadError, diskError } from './fetchFile.js';
import type { Matching } from './unpack.js';

/**
 * Writes the files that match from a zip archive into `dir`, each whole or not at all. Names that lead elsewhere, links and
 * lies about sizes end the work before anything is written.
 * @throws DownloadError naming the archive and the file; the signal's reason when it is aborted.
 */
export async function unpackZip(
  archive: string,
  dir: string,
  { pattern, least, mostBytes }: Matching,
  signal?: AbortSignal,
): Promise<void> {
  let zip: ZipArchive | undefined;
  let part: string | undefined;
  try {
    zip = await ZipArchive.openFile(archive);
    const wanted = zip.members.filter(({ name }) => pattern.test(name));
    const bytes = wanted.reduce((sum, { size }) => sum + size, 0);
    const problem =
      wanted.length < least
        ? `it has ${wanted.length} of at least ${least} files`
        : `it unpacks to ${bytes} bytes, at most ${mostBytes} are sane`;
    if (wanted.length < least || bytes > mostBytes) {
      throw new DownloadError(`${archive}: ${problem}; do not use it, download it again from its publisher`, false);
    }
    for (const member of wanted) {
      signal?.throwIfAborted();
      const file = join(dir, member.name);
      part = `${file}.part`;
      await mkdir(dirname(file), { recursive: true });
      await pipeline(zip.read(member), createWriteStream(part), signal ? { signal } : {});
      await rename(part, file);
    }
  } catch (error) {
    if (part !== undefined) await rm(part, { force: true }).catch(() => {});
    signal?.throwIfAborted();
    if (error instanceof DatasetError) throw new DownloadError(error.message, false, { cause: error });
    if (error instanceof Error && 'syscall' in error) throw diskError(part ?? archive, error);
    throw error;
  } finally {
    zip?.close();
  }
}
