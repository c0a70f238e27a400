/** Who fills batches: worker threads, or the calling thread. */

import { openers } from '#openers';
import { platform } from '#platform';
import { imageWasmFolder } from '../ownFiles.js';
import { type BatchMemory, copyBatch } from './batchMemory.js';
import { BatchFiller, type FillReply, type FillRequest, type Sources } from './fillBatch.js';

export type Fill = Omit<FillRequest, 'id'>;

export interface Fillers {
  /** Resolves when the memory is filled. */
  fill(request: Fill): Promise<void>;
  /** Rejects what is open and what comes later with `reason`, and ends the threads. */
  close(reason?: unknown): Promise<void>;
}

export function inlineFillers(sources: Sources): Fillers {
  const filler = new BatchFiller(sources, openers);
  return {
    fill: (request) => filler.fill(request),
    close: () => filler.close(),
  };
}

interface Waiting {
  memory: BatchMemory;
  resolve(): void;
  reject(cause: unknown): void;
}

/**
 * `count` threads that take requests in turn. They keep the process alive only while a request is open. When one fails,
 * all end. `url`: of their script, where the program says it.
 */
export function threadFillers(sources: Sources, count: number, url: string | undefined): Fillers {
  const waiting = new Map<number, Waiting>();
  let ended: { cause: unknown; gone: Promise<unknown> } | null = null;
  let next = 0;

  const end = (cause: unknown) => {
    ended ??= { cause, gone: Promise.all(threads.map((thread) => thread.terminate())) };
    for (const { reject } of waiting.values()) reject(cause);
    waiting.clear();
    return ended.gone;
  };
  const fail = (cause: Error) => void end(cause);
  const filled = ({ id, copy }: FillReply) => {
    const answered = waiting.get(id);
    if (answered === undefined) return;
    if (copy !== null) copyBatch(copy, answered.memory);
    answered.resolve();
    waiting.delete(id);
    if (waiting.size === 0) for (const one of threads) one.hold(false);
  };
  const inPage = () => new Worker(new URL('./fillWorker.js', import.meta.url), { type: 'module' });
  const data = { role: 'fill', sources, wasmUrl: imageWasmFolder() } as const;
  const threads = Array.from({ length: count }, () => platform.startFillThread({ inPage, url }, data, filled, fail));

  return {
    fill(request) {
      if (ended !== null) return Promise.reject(ended.cause);
      const id = next++;
      return new Promise<void>((resolve, reject) => {
        if (waiting.size === 0) for (const one of threads) one.hold(true);
        waiting.set(id, { memory: request.memory, resolve, reject });
        threads[id % count]?.ask({ ...request, id });
      });
    },
    async close(reason = new Error('the data loader is closed')) {
      await end(reason);
    },
  };
}
