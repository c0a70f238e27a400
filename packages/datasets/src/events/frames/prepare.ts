/** The frames of many recordings, taken from the cache or made now, in threads where there is much to make. */
import type { CacheSettings } from '../../cache/room.js';
import { DatasetError, withWayOut } from '../../error.js';
import { FileOpener } from '../files/files.js';
import { KnownHashes } from '../files/hashes.js';
import { eventFormats } from '../formats/index.js';
import { FrameCache } from './cache.js';
import { makerThreads } from './makerThreads.js';
import { makeRecording, type RecordingJob, type RecordingMade, recall } from './recording.js';

export interface PrepareContext {
  dir: string;
  cache: CacheSettings;
  /** Of the threads' script, where the program says it. */
  workerUrl?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: { what: string; done: number; total: number }) => void) | undefined;
}

/** Recordings that are looked for in the cache at the same time. */
const atOnce = 64;
/** So many recordings that threads are worth their start. */
const manyRecordings = 64;

/** One answer for each job, in their order. Ends with the first recording that is refused. */
export async function prepareFrames(jobs: readonly RecordingJob[], context: PrepareContext): Promise<RecordingMade[]> {
  const { dir, cache: kept, workerUrl, signal, onProgress } = context;
  const hashes = await KnownHashes.open(kept.folder, dir);
  const cache = new FrameCache(kept);
  const made = new Array<RecordingMade | undefined>(jobs.length);
  const missing: number[] = [];
  const look = async (i: number) => {
    const job = jobs[i] as RecordingJob;
    const contents = await hashes.of(job.ref);
    const known = contents && (await recall(cache, job, contents));
    if (contents && known) made[i] = { contents, stamp: '', ...known };
  };
  for (let start = 0; start < jobs.length; start += atOnce) {
    signal?.throwIfAborted();
    const some = Array.from({ length: Math.min(atOnce, jobs.length - start) }, (_, i) => start + i);
    await Promise.all(some.map(look));
    missing.push(...some.filter((i) => made[i] === undefined));
  }
  const take = (i: number, one: RecordingMade) => {
    made[i] = one;
    hashes.remember((jobs[i] as RecordingJob).ref, one.stamp, one.contents);
  };
  try {
    const toMake = missing.map((i) => jobs[i] as RecordingJob);
    let done = 0;
    if (missing.length > 0) onProgress?.({ what: 'making frames', done, total: missing.length });
    const work =
      toMake.length < manyRecordings
        ? makeHere(toMake, cache, signal)
        : makerThreads(toMake, { cache: kept, workerUrl, signal });
    for await (const { index, one } of work) {
      take(missing[index] as number, one);
      onProgress?.({ what: 'making frames', done: ++done, total: missing.length });
    }
  } catch (error) {
    throw error instanceof DatasetError ? withWayOut(error) : error;
  } finally {
    // What is made already need not be read again, whatever became of the others.
    await hashes.save();
  }
  return made as RecordingMade[];
}

async function* makeHere(
  jobs: readonly RecordingJob[],
  cache: FrameCache,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ index: number; one: RecordingMade }> {
  const opener = new FileOpener();
  try {
    for (const [index, job] of jobs.entries()) {
      signal?.throwIfAborted();
      yield { index, one: await makeRecording(job, cache, opener, eventFormats) };
    }
  } finally {
    await opener.close();
  }
}
