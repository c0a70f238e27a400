import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { plain } from 'kestirme';
import { extract, type Header } from 'tar-stream';
import { DownloadError, diskError } from './fetchFile.js';

/** No set of images here is larger unpacked, all its files together. */
const largestContents = 400_000_000;
/** Nor has one so many files. */
const mostEntries = 10_000;
/** Headers and padding: what an archive may have besides its contents, for each of its entries. */
const largestHeaders = 2048;

/** Files of an archive that are too many to be named. */
export interface Matching {
  /** Of whole paths inside it. */
  pattern: RegExp;
  /** Fewer mean that it is not what it should be. */
  least: number;
  /** All of the archive's files together, unpacked. */
  mostBytes: number;
}

/**
 * Writes the files that `contents` names or matches from a tar.gz into `dir`, each whole or not at all. Names are compared, never
 * joined from what the archive says. A path that leads elsewhere, a link or a device means that the archive is not
 * what it should be, and ends the work; an ordinary file that nobody asked for (a read-me) is passed over.
 * @throws DownloadError naming the archive and the entry; the signal's reason when it is aborted.
 */
export async function unpack(
  archive: string,
  dir: string,
  contents: readonly string[] | Matching,
  signal?: AbortSignal,
): Promise<void> {
  const matching = 'pattern' in contents ? contents : null;
  const missing = new Set('pattern' in contents ? [] : contents);
  const most = matching?.mostBytes ?? largestContents;
  const entries = extract();
  const stop = signal ? { signal } : {};
  const packed = createReadStream(archive);
  const reading = pipeline(
    packed,
    createGunzip(),
    (tar) => atMost(most + mostEntries * largestHeaders, tar, archive),
    entries,
    stop,
  );
  // What ends the loop below is often only the consequence.
  let broken: unknown;
  reading.catch((error: unknown) => {
    broken = error;
  });
  let part: string | undefined;
  let sink: WriteStream | undefined;
  const seen = { entries: 0, bytes: 0, written: new Set<string>() };
  try {
    for await (const entry of entries) {
      const { name, size } = entry.header;
      seen.entries++;
      seen.bytes += size ?? 0;
      const wrong = whatIsWrong(entry.header, seen, most);
      if (wrong !== undefined) throw unfit(archive, wrong);
      const isWanted = missing.has(name) || (matching?.pattern.test(name) ?? false);
      if (!isWanted || entry.header.type !== 'file') {
        entry.resume();
        continue;
      }
      const file = join(dir, name);
      part = `${file}.part`;
      await mkdir(dirname(file), { recursive: true });
      sink = createWriteStream(part);
      await pipeline(() => piecesOf(entry), sink, stop);
      await rename(part, file);
      missing.delete(name);
      seen.written.add(name);
    }
    await reading;
  } catch (error) {
    if (sink !== undefined) await closed(sink);
    if (part !== undefined) await rm(part, { force: true }).catch(() => {});
    signal?.throwIfAborted();
    if (error instanceof DownloadError) throw error;
    if (error instanceof Error && 'syscall' in error) throw diskError(part ?? archive, error);
    const cause = broken ?? error;
    const reason = plain.excerpt(cause instanceof Error ? cause.message : String(cause));
    throw new DownloadError(`${archive} is no sound tar.gz: ${reason}; delete it and download it again`, false, {
      cause,
    });
  }
  if (matching !== null && seen.written.size < matching.least) {
    throw unfit(archive, `it has ${seen.written.size} of at least ${matching.least} files`);
  }
  if (missing.size > 0) throw new DownloadError(`${archive} lacks ${[...missing].join(', ')}`, false);
}

/** A stream that was destroyed while it opened its file makes that file all the same, and then closes. */
async function closed(stream: WriteStream): Promise<void> {
  if (!stream.closed) await new Promise<void>((resolve) => stream.once('close', resolve));
}

/** An archive may have broken off before its entry is looked at; a pipeline would wait for such a stream for ever. */
async function* piecesOf(entry: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  yield* entry;
}

function unfit(archive: string, problem: string): DownloadError {
  return new DownloadError(`${archive}: ${problem}; do not use it, download it again from its publisher`, false);
}

/** Passes `tar` on, up to `most` bytes: headers without end would never show up as an entry. */
async function* atMost(most: number, tar: AsyncIterable<Uint8Array>, archive: string): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of tar) {
    bytes += chunk.length;
    if (bytes > most) throw unfit(archive, `it unpacks to more than ${most} bytes`);
    yield chunk;
  }
}

/** What the archive had up to and with an entry. */
interface Seen {
  entries: number;
  bytes: number;
  written: ReadonlySet<string>;
}

/** Why an entry has no place in a data set's archive. */
function whatIsWrong({ name, type, size }: Header, seen: Seen, most: number): string | undefined {
  const shown = `'${plain.excerpt(name)}'`;
  // Windows takes a backslash and a drive letter for parts of a path, too.
  const outside = /^[/\\]|^[A-Za-z]:/.test(name) || name.split(/[/\\]/).includes('..');
  if (outside) return `${shown} leads out of the folder`;
  if (type !== 'file' && type !== 'directory') return `${shown} is a ${type ?? 'thing of no known type'}`;
  // tar-stream passes on what it cannot read as a number, and then waits for that many bytes.
  if (!Number.isSafeInteger(size)) return `${shown} has no readable size`;
  if (seen.written.has(name)) return `${shown} is there twice`;
  if (seen.entries > mostEntries)
    return `${shown} is its entry number ${seen.entries}, at most ${mostEntries} are sane`;
  if (seen.bytes > most) {
    return `${shown} brings the contents to ${seen.bytes} bytes, at most ${most} are sane`;
  }
  return undefined;
}
