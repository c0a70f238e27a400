/** Downloads a data set from its publisher or a mirror, and unpacks it. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { interruptible, plain } from 'kestirme';
import { DownloadError, diskError, type FetchOptions, fetchFile, md5Of } from './fetchFile.js';
import { makeFolder } from './makeFolder.js';
import { type RemoteFile, type RemoteSet, remoteSets } from './registry.js';
import { unpack } from './unpack.js';
import { unpackZip } from './unpackZip.js';

export type DownloadName = keyof typeof remoteSets;

export const downloadNames = Object.keys(remoteSets) as DownloadName[];

export interface DownloadProgress {
  file: string;
  received: number;
  /** 0: it is not known. */
  total: number;
}

export interface DownloadOptions {
  /** Receives the files; made when it is not there. */
  dir: string;
  /** A mirror: a URL or a folder that holds the publisher's files by name. */
  from?: string;
  signal?: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
  /** Default 4, with pauses of 1, 2 and 4 seconds. */
  tries?: number;
  pauseMilliseconds?: number;
  /** Default: the publishers'. */
  sets?: Readonly<Record<string, RemoteSet>>;
}

/**
 * Files that are there already with the right checksum are kept; a broken download goes on where it ended.
 * @throws DownloadError naming the file, the URL and the numbers; the signal's reason when it is aborted.
 */
export async function download(name: string, options: DownloadOptions): Promise<{ dir: string }> {
  const { dir, from, onProgress, tries = 4, pauseMilliseconds = 1000 } = options;
  const sets: Readonly<Record<string, RemoteSet>> = options.sets ?? remoteSets;
  const set = Object.hasOwn(sets, name) ? sets[name] : undefined;
  if (set === undefined)
    throw new RangeError(`no download is known for '${name}'; there are ${Object.keys(sets).join(', ')}`);
  options.signal?.throwIfAborted();
  await makeFolder(dir).catch((error: Error) => {
    throw diskError(dir, error, 'cannot be a folder of data');
  });
  for (const wanted of set.files) {
    const { name: fileName, md5, archive } = wanted;
    const file = join(dir, fileName);
    if (!(await interruptible(hasSum(file, md5), options.signal))) {
      const fetching: FetchOptions = {
        signal: options.signal,
        tries,
        pauseMilliseconds,
        onProgress: (received) => onProgress?.({ file: fileName, received, total: wanted.bytes ?? 0 }),
      };
      if (from === undefined) await fetchFromAny(wanted, file, fetching);
      else if (/^https?:/.test(from))
        await fetchFile(`${from.replace(/\/+$/, '')}/${fileName}`, file, wanted, fetching);
      else await copyChecked(join(from, fileName), file, wanted, fetching);
    }
    options.signal?.throwIfAborted();
    if (archive && set.matching !== undefined && fileName.endsWith('.zip')) {
      await unpackZip(file, dir, set.matching, options.signal);
    } else if (archive) await unpack(file, dir, set.matching ?? set.contents, options.signal);
  }
  return { dir };
}

/** From the publisher, else from the next place that has it; the last one's problem is told. */
async function fetchFromAny(wanted: RemoteFile, file: string, fetching: FetchOptions): Promise<void> {
  const { url, mirrors = [], byHand, md5 } = wanted;
  if (byHand !== undefined) {
    throw new DownloadError(
      `${file}: ${byHand}: open ${url}, save ${wanted.name} (MD5 ${md5}) as ${file}, and run this again, which checks it` +
        `${wanted.archive ? ' and unpacks it' : ''}; or use --from with a folder that has it`,
      false,
    );
  }
  const places = [url, ...mirrors];
  for (const [i, place] of places.entries()) {
    try {
      return await fetchFile(place, file, wanted, fetching);
    } catch (error) {
      fetching.signal?.throwIfAborted();
      if (!(error instanceof DownloadError) || error.ownDisk || i === places.length - 1) throw error;
    }
  }
}

async function hasSum(file: string, md5: string): Promise<boolean> {
  const there = await stat(file).catch(() => undefined);
  if (there?.isFile() !== true) return false;
  const sum = await md5Of(file).catch((error: Error) => {
    throw diskError(file, error, 'cannot be read');
  });
  return sum === md5;
}

/** Copies under a name of its own: a broken download's .part stays as it is. */
async function copyChecked(from: string, file: string, wanted: RemoteFile, options: FetchOptions): Promise<void> {
  const copy = `${file}.copy`;
  const advice = `put the file of ${wanted.url} there, packed as it is`;
  const { size } = await stat(from).catch((error: Error) => {
    const reason = plain.systemReason(error) ?? error.message;
    throw new DownloadError(`${from} cannot be read: ${reason}; ${advice}`, false, { cause: error });
  });
  if (wanted.bytes !== null && size !== wanted.bytes) {
    throw new DownloadError(`${from} has ${size} bytes, expected ${wanted.bytes}; ${advice}`, false);
  }
  try {
    await pipeline(createReadStream(from), createWriteStream(copy), options.signal ? { signal: options.signal } : {});
    const found = await interruptible(md5Of(copy), options.signal);
    if (found !== wanted.md5) {
      throw new DownloadError(`${from}: its ${size} bytes have MD5 ${found}, expected ${wanted.md5}; ${advice}`, false);
    }
    await rename(copy, file);
  } catch (error) {
    await rm(copy, { force: true }).catch(() => {});
    options.signal?.throwIfAborted();
    if (error instanceof Error && 'syscall' in error) {
      throw 'path' in error && error.path === from ? diskError(from, error, 'cannot be read') : diskError(file, error);
    }
    throw error;
  }
  options.onProgress?.(size);
}
