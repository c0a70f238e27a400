/** One file from one URL, resumable: the bytes so far lie in NAME.part, and beside it what identifies their source. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FetchOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((received: number, total: number | null) => void) | undefined;
  /** Tries in all, with growing pauses between them. */
  tries: number;
  pauseMilliseconds: number;
}

/** A download that cannot be had; the message names the file, the URL and what to do. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  /** Trying again may help. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean, options?: ErrorOptions) {
    super(message, options);
    this.passing = passing;
  }
}

/** Fetches `url` into `file`, whose MD5 must be `md5`. `file` appears whole or not at all. */
export async function fetchFile(url: string, file: string, md5: string, options: FetchOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchOnce(url, file, md5, options);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      const passing = !(error instanceof DownloadError) || error.passing;
      if (!passing || attempt >= options.tries) {
        if (error instanceof DownloadError) throw error;
        const cause = error instanceof Error ? (error.cause instanceof Error ? error.cause : error) : error;
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new DownloadError(
          `${file}: ${url} cannot be reached (${reason}); try again later, or --from a mirror`,
          false,
          { cause },
        );
      }
      await sleep(options.pauseMilliseconds * 2 ** (attempt - 1), undefined, { signal: options.signal });
    }
  }
}

async function fetchOnce(url: string, file: string, md5: string, options: FetchOptions): Promise<void> {
  const part = `${file}.part`;
  const source = `${part}.source`;
  const have = await sizeOf(part);
  const tag = have > 0 ? await readFile(source, 'utf8').catch(() => '') : '';
  // If-Range: the rest only when the file is still the same, else all of it.
  const headers: Record<string, string> = have > 0 && tag !== '' ? { range: `bytes=${have}-`, 'if-range': tag } : {};
  const response = await fetch(url, { headers, ...(options.signal ? { signal: options.signal } : {}) });
  const resumed = response.status === 206;
  if (response.status === 416) {
    await rm(part, { force: true });
    throw new DownloadError(`${file}: the server has no bytes from ${have} on`, true);
  }
  if (response.status !== 200 && !resumed) {
    await response.body?.cancel();
    const gone = response.status >= 400 && response.status < 500 && response.status !== 429;
    throw new DownloadError(`${file}: ${url} answers HTTP ${response.status}; expected 200`, !gone);
  }
  const start = resumed ? have : 0;
  const length = response.headers.get('content-length');
  const total = length === null ? null : start + Number(length);
  await writeFile(source, response.headers.get('etag') ?? response.headers.get('last-modified') ?? '');
  const received = await append(response, part, start, total, options);
  if (received === 0) throw new DownloadError(`${file}: ${url} sends an empty body (HTTP ${response.status})`, true);
  if (total !== null && received < total) {
    throw new DownloadError(`${file}: ${url} sends ${received} of ${total} bytes; run it again to go on`, true);
  }
  const found = await md5Of(part);
  if (found !== md5) {
    await rm(part, { force: true });
    throw new DownloadError(`${file}: ${url} gives MD5 ${found} over ${received} bytes, expected ${md5}`, resumed);
  }
  await rename(part, file);
  await rm(source, { force: true });
}

/** Writes the body behind the first `start` bytes; returns the size of the file then. */
async function append(response: Response, part: string, start: number, total: number | null, options: FetchOptions) {
  const handle = await open(part, start > 0 ? 'r+' : 'w');
  let at = start;
  try {
    for await (const chunk of response.body ?? []) {
      await handle.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      options.onProgress?.(at, total);
    }
    await handle.truncate(at);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return at;
}

export async function md5Of(file: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
