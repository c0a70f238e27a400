/** Threads that make frames, each one recording at a time. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ownFiles } from 'kestirme';
import type { CacheSettings } from '../../cache/room.js';
import { DatasetError } from '../../error.js';
import { workerScript } from '../../ownFiles.js';
import type { RecordingJob, RecordingMade } from './recording.js';

export interface MakerThreadData {
  role: 'frames';
  cache: CacheSettings;
}

export interface MakerRequest {
  index: number;
  job: RecordingJob;
}

/** A DatasetError in its parts, for an error's class is lost between threads; `error` is any other. */
export type MakerReply =
  | { index: number; one: RecordingMade }
  | { refused: { file: string; offset: number | null; expected: string; found: string } }
  | { error: unknown };

export interface MakerThreadsOptions {
  cache: CacheSettings;
  workerUrl: string | undefined;
  signal: AbortSignal | undefined;
}

const mostThreads = 16;
const here = () => import.meta.url;

/**
 * In the order in which they are finished; `index`: of the job. `workerUrl`: of the threads' script, where the program says
 * it. Ends with the first that fails.
 */
export async function* makerThreads(
  jobs: readonly RecordingJob[],
  { cache, workerUrl, signal }: MakerThreadsOptions,
): AsyncGenerator<{ index: number; one: RecordingMade }> {
  const beside = () => new URL('./makerThread.js', here());
  const script = ownFiles.requireFile({ ...workerScript('openDataset', workerUrl), beside }, existsSync);
  const workerData: MakerThreadData = { role: 'frames', cache };
  const replies: MakerReply[] = [];
  let wake = () => {};
  const take = (reply: MakerReply) => {
    replies.push(reply);
    wake();
  };
  let next = 0;
  const threads = Array.from({ length: Math.min(mostThreads, availableParallelism(), jobs.length) }, () => {
    // The process's own flags are not for the threads.
    const thread = new Worker(script, { workerData, execArgv: [] });
    const ask = () => {
      const index = next++;
      const job = jobs[index];
      if (job !== undefined) thread.postMessage({ index, job } satisfies MakerRequest);
    };
    thread.on('message', (reply: MakerReply) => {
      take(reply);
      ask();
    });
    thread.on('error', (error) => take({ error }));
    // Of those that are ended below, nobody hears.
    thread.on('exit', (code) => take({ error: new Error(`a thread that makes frames ended with code ${code}`) }));
    ask();
    return thread;
  });
  const abort = () => wake();
  signal?.addEventListener('abort', abort);
  try {
    for (let done = 0; done < jobs.length; done++) {
      while (replies.length === 0) {
        signal?.throwIfAborted();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      signal?.throwIfAborted();
      yield answerOf(replies.shift() as MakerReply);
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function answerOf(reply: MakerReply): { index: number; one: RecordingMade } {
  if ('one' in reply) return reply;
  if ('error' in reply) throw reply.error;
  const { file, offset, expected, found } = reply.refused;
  throw new DatasetError({ file, offset }, expected, found);
}
