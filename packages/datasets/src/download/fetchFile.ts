/** One file from one URL, resumable: the bytes so far lie in NAME.part, and beside it what identifies their source. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { plain } from 'kestirme';

export interface FetchOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((received: number) => void) | undefined;
  /** Tries in all, with growing pauses between them. */
  tries: number;
  pauseMilliseconds: number;
}

/** A download that cannot be had; the message names the file, the URL and what to do. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  /** Trying again may help. */
  readonly passing: boolean;
  /** It is this machine's disk, and no server. */
  readonly ownDisk: boolean;

  constructor(message: string, passing: boolean, options?: ErrorOptions & { ownDisk?: boolean }) {
    super(message, options);
    this.passing = passing;
    this.ownDisk = options?.ownDisk ?? false;
  }
}

/** What a file must be. */
export interface Wanted {
  /** Null: it is not known beforehand; then the checksum alone decides. */
  bytes: number | null;
  md5: string;
}

/** No file of a data set here is near this. */
const largestFile = 32 * 1024 ** 3;

/** Fetches `url` into `file`. `file` appears whole or not at all. */
export async function fetchFile(url: string, file: string, wanted: Wanted, options: FetchOptions): Promise<void> {
  let pause = options.pauseMilliseconds;
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchOnce(url, file, wanted, options);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      // A full disk or a folder that may not be written to is not the server's doing.
      if (error instanceof Error && 'syscall' in error) throw diskError(file, error);
      const passing = !(error instanceof DownloadError) || error.passing;
      if (!passing || attempt >= options.tries) {
        if (error instanceof DownloadError) throw error;
        const cause = error instanceof Error ? (error.cause instanceof Error ? error.cause : error) : error;
        const reason = plain.excerpt(cause instanceof Error ? cause.message : String(cause));
        throw new DownloadError(`${file}: ${url} cannot be reached (${reason}); ${elsewhere(url, file)}`, false, {
          cause,
        });
      }
      // The sleep's own error would hide the reason the caller gave.
      await sleep(pause, undefined, { signal: options.signal }).catch(() => options.signal?.throwIfAborted());
      pause *= 2;
    }
  }
}

/** What a person can do whose server does not give the file. */
function elsewhere(url: string, file: string): string {
  return (
    `try again later, or use --from with a mirror; or open ${url} in a browser, save what it gives as ${file}, and run ` +
    'this again, which checks it'
  );
}

export function diskError(file: string, cause: Error, what = 'cannot be written'): DownloadError {
  return new DownloadError(`${file} ${what}: ${plain.systemReason(cause) ?? cause.message}`, false, {
    cause,
    ownDisk: true,
  });
}

async function fetchOnce(url: string, file: string, wanted: Wanted, options: FetchOptions): Promise<void> {
  const part = `${file}.part`;
  const source = `${part}.source`;
  let have = await sizeOf(part);
  const most = wanted.bytes ?? largestFile;
  if (have >= most) have = 0;
  const tag = have > 0 ? validator(await readFile(source, 'utf8').catch(() => '')) : '';
  // If-Range: the rest only when the file is still the same, else all of it. Packed data must come as it is: a checksum
  // and a range are of those bytes.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (tag !== '') Object.assign(headers, { range: `bytes=${have}-`, 'if-range': tag });
  const response = await fetch(url, { headers, ...(options.signal ? { signal: options.signal } : {}) });
  const start = response.status === 206 ? have : 0;
  try {
    await checkAnswer(response, url, file, start, wanted);
  } catch (error) {
    await response.body?.cancel();
    // What there is so far does not go with what this server has.
    if (response.status === 206 || response.status === 416) await rm(part, { force: true });
    throw error;
  }
  await writeFile(source, validatorOf(response.headers));
  const received = await append(response, part, start, most, options);
  if (received === 0) {
    throw new DownloadError(
      `${file}: ${url} sends an empty body (HTTP ${response.status}); ${elsewhere(url, file)}`,
      true,
    );
  }
  const announced = lengthOf(response.headers);
  const whole = wanted.bytes ?? (announced === null ? received : start + announced);
  if (received < whole) {
    throw new DownloadError(`${file}: ${url} sends ${received} of ${whole} bytes; run it again to go on`, true);
  }
  const found = received > most ? `more than ${most} bytes` : `MD5 ${await md5Of(part)}`;
  if (found !== `MD5 ${wanted.md5}`) {
    await rm(part, { force: true });
    const expected = `${wanted.bytes === null ? 'a file' : `${wanted.bytes} bytes`} with MD5 ${wanted.md5}`;
    throw new DownloadError(`${file}: ${url} gives ${found}, expected ${expected}`, start > 0);
  }
  await rename(part, file);
  await rm(source, { force: true });
}

/** What If-Range may carry (RFC 9110, 13.1.5): never a weak ETag, which two different bodies may share. */
function validatorOf(headers: Headers): string {
  const tag = headers.get('etag') ?? '';
  return validator(tag.startsWith('"') ? tag : (headers.get('last-modified') ?? ''));
}

/** `text` if a header can carry it; nothing if it is damaged, or too long to be one. */
function validator(text: string): string {
  return /^[\x20-\x7e]{1,1000}$/.test(text) ? text : '';
}

/** Refuses an answer that cannot be the file's bytes from `start` on, before any of them are read. */
async function checkAnswer(response: Response, url: string, file: string, start: number, wanted: Wanted) {
  const { status, headers } = response;
  if (status === 416) throw new DownloadError(`${file}: ${url} has no bytes from the middle on`, true);
  if (status !== 200 && status !== 206) {
    const gone = status >= 400 && status < 500 && status !== 429;
    // "Accepted", and nothing else: a guard that wants to see a browser first.
    const why = status === 202 ? ' (a guard before the file, which lets browsers pass)' : '';
    throw new DownloadError(
      `${file}: ${url} answers HTTP ${status}${why}; expected 200; ${elsewhere(url, file)}`,
      !gone && status !== 202,
    );
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    const advice = 'it would be unpacked on the way; use --from another mirror';
    throw new DownloadError(
      `${file}: ${url} sends it with content-encoding ${plain.excerpt(encoding)}: ${advice}`,
      false,
    );
  }
  const range = headers.get('content-range') ?? '';
  if (status === 206 && !range.startsWith(`bytes ${start}-`)) {
    throw new DownloadError(`${file}: ${url} sends '${plain.excerpt(range)}', expected bytes from ${start} on`, true);
  }
  const length = lengthOf(headers);
  // An empty body gets a message of its own, later.
  if (wanted.bytes !== null && length !== null && length > 0 && start + length !== wanted.bytes) {
    const offered = `offers ${start + length} bytes, expected ${wanted.bytes}`;
    throw new DownloadError(`${file}: ${url} ${offered}; it may be a page that says why`, start > 0);
  }
}

/** Of the body that follows; null: the server does not say. */
function lengthOf(headers: Headers): number | null {
  const text = headers.get('content-length') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Writes the body behind the first `start` bytes, and no more than one piece beyond `limit`; returns the size then. */
async function append(response: Response, part: string, start: number, limit: number, options: FetchOptions) {
  const handle = await open(part, start > 0 ? 'r+' : 'w');
  let at = start;
  try {
    for await (const chunk of response.body ?? []) {
      await handle.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      if (at > limit) break;
      options.onProgress?.(at);
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
