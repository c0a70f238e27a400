/** Downloads a data set from its publisher or a mirror, and unpacks it. */
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DownloadError, type FetchOptions, fetchFile, md5Of } from './fetchFile.js';
import { type RemoteSet, remoteSets } from './registry.js';
import { unpack } from './unpack.js';

export type DownloadName = keyof typeof remoteSets;

export interface DownloadProgress {
  file: string;
  received: number;
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
  await mkdir(dir, { recursive: true });
  for (const wanted of set.files) {
    const { name: fileName, url, md5, archive } = wanted;
    const file = join(dir, fileName);
    if (!(await hasSum(file, md5))) {
      const fetching: FetchOptions = {
        signal: options.signal,
        tries,
        pauseMilliseconds,
        onProgress: (received) => onProgress?.({ file: fileName, received, total: wanted.bytes }),
      };
      if (from === undefined) await fetchFile(url, file, wanted, fetching);
      else if (/^https?:/.test(from))
        await fetchFile(`${from.replace(/\/+$/, '')}/${fileName}`, file, wanted, fetching);
      else await copyChecked(join(from, fileName), file, md5);
    }
    options.signal?.throwIfAborted();
    if (archive) await unpack(file, dir, set.contents);
  }
  return { dir };
}

async function hasSum(file: string, md5: string): Promise<boolean> {
  const there = await stat(file).catch(() => undefined);
  return there?.isFile() === true && (await md5Of(file)) === md5;
}

async function copyChecked(from: string, file: string, md5: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await copyFile(from, part);
  } catch (error) {
    throw new DownloadError(`${from} cannot be read: ${error instanceof Error ? error.message : error}`, false);
  }
  const found = await md5Of(part);
  if (found !== md5) {
    await rm(part, { force: true });
    throw new DownloadError(`${from} has MD5 ${found}, expected ${md5}`, false);
  }
  await rename(part, file);
}
