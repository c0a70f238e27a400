/** One recording becomes the frames of its samples, in the cache. */
import { createHash } from 'node:crypto';
import { DatasetError } from '../../error.js';
import type { ByteStream, EventFormat } from '../events.js';
import type { FileOpener, FileRef } from '../files/files.js';
import { stampOf } from '../files/files.js';
import type { Contents } from '../files/hashes.js';
import { refuse, SkippedEvents } from '../problems.js';
import { bytesStream } from '../stream.js';
import type { FrameCache, FramesKey } from './cache.js';
import { frameArchive, framesOfArchive } from './frameArchive.js';
import { makeFrames, type TimeSpan } from './make.js';
import type { Frames, Sensor } from './maker.js';
import type { FrameSettings } from './settings.js';

/** What is the same for all recordings of a data set. */
export interface JobSettings {
  sensor: Sensor;
  settings: FrameSettings;
  skipCorrupt: boolean;
}

/** Only what can be copied to another thread. */
export interface RecordingJob extends JobSettings {
  ref: FileRef;
  /** Name of an event format, or `frameArchive`. */
  format: string;
  /** The samples in it. */
  spans: TimeSpan[];
}

export interface RecordingMade {
  contents: Contents;
  /** Of the file, before it was read. */
  stamp: string;
  /** For each span: the file of its frames; null: nothing is left of it. */
  samples: (string | null)[];
  /** What was left out; null: nothing. */
  problem: string | null;
}

/** Larger files are read from the disk at each pass. */
const mostInMemory = 64 * 1024 * 1024;

/** The frames of a recording whose contents are known, where the cache has all of them. */
export async function recall(
  cache: FrameCache,
  job: RecordingJob,
  contents: Contents,
): Promise<Pick<RecordingMade, 'samples' | 'problem'> | undefined> {
  const clean = pathsOf(cache, job, contents, false);
  if ((await Promise.all(clean.map((path) => cache.has(path)))).every(Boolean))
    return { samples: clean, problem: null };
  if (!job.skipCorrupt) return undefined;
  const paths = pathsOf(cache, job, contents, true);
  const problems = await Promise.all(paths.map((path) => cache.problem(path)));
  if (problems.some((one) => one === undefined)) return undefined;
  return {
    samples: paths.map((path, i) => (problems[i]?.isEmpty ? null : path)),
    problem: problems[0]?.problem ?? null,
  };
}

/** @throws DatasetError for a recording with problems that are not to be skipped. */
export async function makeRecording(
  job: RecordingJob,
  cache: FrameCache,
  opener: FileOpener,
  formats: readonly EventFormat[],
): Promise<RecordingMade> {
  const stamp = await stampOf(job.ref);
  const { contents, again } = await readOnce(await opener.open(job.ref), () => opener.open(job.ref));
  const known = await recall(cache, job, contents);
  if (known !== undefined) return { contents, stamp, ...known };
  const { frames, problem } = await soundFrames(job, again, formats);
  const paths = pathsOf(cache, job, contents, problem !== null);
  for (const [i, path] of paths.entries()) await cache.write(path, frames[i] ?? null, problem);
  return { contents, stamp, samples: paths.map((path, i) => (frames[i] === null ? null : path)), problem };
}

/**
 * Frames of one of the samples, number `span`, which are not in the cache (any more) as `path`.
 * @throws DatasetError when the recording is another by now
 */
export async function makeAgain(
  job: RecordingJob,
  span: number,
  path: string,
  cache: FrameCache,
  opener: FileOpener,
  formats: readonly EventFormat[],
): Promise<Frames> {
  const { contents, again } = await readOnce(await opener.open(job.ref), () => opener.open(job.ref));
  const { frames, problem } = await soundFrames(job, again, formats);
  const found = frames[span];
  if (!found || pathsOf(cache, job, contents, problem !== null)[span] !== path) {
    const file = fileOf(job);
    throw new DatasetError({ file, offset: null }, 'the recording that the data set was opened with', 'another');
  }
  // A disk that cannot be written to any more is no reason to end a run.
  await cache.write(path, found, problem).catch(() => undefined);
  return found;
}

/** `problem`: what was left out; null: nothing. @throws DatasetError for a recording with problems that are not to be skipped */
async function soundFrames(
  job: RecordingJob,
  again: () => Promise<ByteStream>,
  formats: readonly EventFormat[],
): Promise<{ frames: (Frames | null)[]; problem: string | null }> {
  const skipped = new SkippedEvents();
  const { frames, problem } = await framesOf(job, again, formats, skipped).then(
    (made) => ({ frames: made, problem: reasonOf(skipped) }),
    (error: unknown) => {
      if (!job.skipCorrupt || !(error instanceof DatasetError)) throw error;
      return { frames: job.spans.map(() => null), problem: reasonOfError(error) };
    },
  );
  const empty = frames.indexOf(null);
  if (empty >= 0 && !job.skipCorrupt) throw withoutEvents(job, empty);
  return { frames, problem: problem ?? (empty < 0 ? null : reasonOfError(withoutEvents(job, empty))) };
}

async function framesOf(
  { format, spans, sensor, settings, skipCorrupt }: RecordingJob,
  again: () => Promise<ByteStream>,
  formats: readonly EventFormat[],
  skipped: SkippedEvents,
): Promise<(Frames | null)[]> {
  if (format === frameArchive) return [await framesOfArchive(await again(), sensor, settings)];
  const found = formats.find(({ name }) => name === format);
  if (found === undefined) throw new RangeError(`no format of recordings is called '${format}'`);
  let passes = 0;
  return makeFrames(
    async function* () {
      // A problem counts once, not at each pass.
      const onProblem = skipCorrupt ? (passes++ === 0 ? skipped.note : () => {}) : refuse;
      yield* found.read(await again(), { ...sensor, onProblem });
    },
    sensor,
    settings,
    spans,
  );
}

/** The hash of what a file holds, and the means to read it again. */
async function readOnce(
  stream: ByteStream,
  open: () => Promise<ByteStream>,
): Promise<{ contents: Contents; again: () => Promise<ByteStream> }> {
  const hash = createHash('sha256');
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of stream.chunks()) {
    hash.update(part);
    bytes += part.length;
    if (bytes <= mostInMemory) parts.push(part);
    else parts.length = 0;
  }
  const contents = { bytes, sha256: hash.digest('hex') };
  if (bytes > mostInMemory) return { contents, again: open };
  const all = Buffer.concat(parts);
  return { contents, again: async () => bytesStream(stream.name, all) };
}

function pathsOf(cache: FrameCache, job: RecordingJob, { sha256 }: Contents, skipsProblems: boolean): string[] {
  const { format, sensor, settings, spans } = job;
  return spans.map(({ from, to }) => {
    const key: FramesKey = { ...settings, ...sensor, from, to, recording: sha256, format, skipsProblems };
    return cache.path(key);
  });
}

function withoutEvents(job: RecordingJob, empty: number): DatasetError {
  const { from, to } = job.spans[empty] as TimeSpan;
  const where = Number.isFinite(from) ? ` from ${from} to ${to} us` : '';
  return new DatasetError({ file: fileOf(job), offset: null }, `events${where}`, 'none');
}

const fileOf = ({ ref }: RecordingJob) => (ref.member === null ? ref.path : ref.name);

function reasonOf(skipped: SkippedEvents): string | null {
  const { summary } = skipped;
  return summary === null ? null : placed(summary.offset, summary.reason);
}

const reasonOfError = ({ offset, reason }: DatasetError): string => placed(offset, reason);

const placed = (offset: number | null, reason: string) => (offset === null ? reason : `byte ${offset}: ${reason}`);
