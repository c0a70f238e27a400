/** Who fills batches: worker threads, or the calling thread. */
import { Worker } from 'node:worker_threads';
import { fillBatch, type Source } from './fillBatch.js';
import type { FillRequest } from './fillWorker.js';

export type Fill = Omit<FillRequest, 'id'>;

export interface Fillers {
  /** Resolves when the memory is filled. */
  fill(request: Fill): Promise<void>;
  close(): Promise<void>;
}

export function inlineFillers(sources: Record<'train' | 'test', Source>): Fillers {
  return {
    async fill({ part, positions, epoch, augment, memory }) {
      fillBatch(sources[part], positions, epoch, augment, memory);
    },
    close: async () => {},
  };
}

interface Waiting {
  resolve(): void;
  reject(cause: Error): void;
}

/** `count` threads that take requests in turn. They keep the process alive only while a request is open. */
export function threadFillers(sources: Record<'train' | 'test', Source>, count: number): Fillers {
  const waiting = new Map<number, Waiting>();
  let failure: Error | null = null;
  let next = 0;

  const fail = (cause: Error) => {
    failure ??= cause;
    for (const { reject } of waiting.values()) reject(cause);
    waiting.clear();
    // The threads that live on have nothing to do any more, and must not keep the process.
    for (const one of workers) one.unref();
  };
  const workers = Array.from({ length: count }, () => {
    // The process's own flags are not for the threads: with `node --input-type=module -e ...` they would not start.
    const worker = new Worker(new URL('./fillWorker.js', import.meta.url), { workerData: sources, execArgv: [] });
    worker.on('message', (id: number) => {
      waiting.get(id)?.resolve();
      waiting.delete(id);
      if (waiting.size === 0) for (const one of workers) one.unref();
    });
    worker.on('error', (cause) => {
      fail(new Error(`a data loading thread failed: ${cause instanceof Error ? cause.message : cause}`, { cause }));
    });
    worker.on('exit', (code) => fail(new Error(`a data loading thread ended with code ${code}`)));
    worker.unref();
    return worker;
  });

  return {
    fill(request) {
      if (failure !== null) return Promise.reject(failure);
      const id = next++;
      return new Promise<void>((resolve, reject) => {
        if (waiting.size === 0) for (const one of workers) one.ref();
        waiting.set(id, { resolve, reject });
        workers[id % count]?.postMessage({ ...request, id } satisfies FillRequest);
      });
    },
    async close() {
      fail(new Error('the data loader is closed'));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
