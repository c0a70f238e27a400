import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { DownloadError, diskError } from './fetchFile.js';

/** No data set here is larger unpacked, all its files together. */
const largestContents = 400_000_000;

/**
 * Writes the files named in `contents` from a tar.gz into `dir`, each whole or not at all. Names are compared, never
 * joined from what the archive says. A path that leads elsewhere, a link or a device means that the archive is not
 * what it should be, and ends the work; an ordinary file that nobody asked for (a read-me) is passed over.
 * @throws DownloadError naming the archive and the entry; the signal's reason when it is aborted.
 */
export async function unpack(
  archive: string,
  dir: string,
  contents: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const missing = new Set(contents);
  const entries = extract();
  const stop = signal ? { signal } : {};
  const reading = pipeline(createReadStream(archive), createGunzip(), entries, stop);
  // The loop below ends with the stream's error; this keeps it from being unhandled meanwhile.
  reading.catch(() => {});
  let part: string | undefined;
  let unpacked = 0;
  try {
    for await (const entry of entries) {
      const { name, size = 0 } = entry.header;
      unpacked += size;
      const wrong = whatIsWrong(entry.header, unpacked);
      if (wrong !== undefined) {
        throw new DownloadError(`${archive}: ${wrong}; do not use it, download it again from its publisher`, false);
      }
      if (!missing.has(name) || entry.header.type !== 'file') {
        entry.resume();
        continue;
      }
      const file = join(dir, name);
      part = `${file}.part`;
      await mkdir(dirname(file), { recursive: true });
      await pipeline(entry, createWriteStream(part), stop);
      await rename(part, file);
      missing.delete(name);
    }
    await reading;
  } catch (error) {
    if (part !== undefined) await rm(part, { force: true }).catch(() => {});
    signal?.throwIfAborted();
    if (error instanceof DownloadError) throw error;
    if (error instanceof Error && 'syscall' in error) throw diskError(part ?? archive, error);
    const reason = error instanceof Error ? error.message : String(error);
    throw new DownloadError(`${archive} is no sound tar.gz: ${reason}; delete it and download it again`, false, {
      cause: error,
    });
  }
  if (missing.size > 0) throw new DownloadError(`${archive} lacks ${[...missing].join(', ')}`, false);
}

/** Why an entry has no place in a data set's archive; `unpacked` counts the bytes up to its end. */
function whatIsWrong({ name, type }: Header, unpacked: number): string | undefined {
  // Windows takes a backslash and a drive letter for parts of a path, too.
  const outside = /^[/\\]|^[A-Za-z]:/.test(name) || name.split(/[/\\]/).includes('..');
  if (outside) return `'${name}' leads out of the folder`;
  if (type !== 'file' && type !== 'directory') return `'${name}' is a ${type ?? 'thing of no known type'}`;
  if (unpacked > largestContents) {
    return `'${name}' brings the contents to ${unpacked} bytes, at most ${largestContents} are sane`;
  }
  return undefined;
}
