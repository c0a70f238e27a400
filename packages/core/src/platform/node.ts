import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { Platform } from './platform.js';

const dayInMilliseconds = 86_400_000;

export const platform: Platform = {
  cores: availableParallelism,
  threadsOverride: () => process.env.KESTIRME_THREADS,
  sharedMemory: () => ({ available: true }),
  waiting: () => ({ available: true }),
  readFile: async (url) => new Uint8Array(await readFile(url)),

  startWorker(file, _, data) {
    const worker = new Worker(new URL(`../engine/${file}`, import.meta.url), { workerData: data });
    const endpoint = nodeEndpoint(worker);
    let over = false;
    return {
      endpoint,
      onEnd(listener) {
        const end = (cause: Error) => {
          if (!over) listener(cause);
          over = true;
        };
        worker.once('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
        worker.once('exit', (code) => end(new Error(`worker ended with code ${code}`)));
        // After the listeners: each one added would count the worker again.
        worker.unref();
      },
      async terminate() {
        over = true;
        await worker.terminate();
      },
    };
  },

  workerData: async () => workerData,

  async parentEndpoint() {
    if (parentPort === null) throw new Error('not in a worker');
    return nodeEndpoint(parentPort);
  },

  async sha256(pieces) {
    const hash = createHash('sha256');
    for (const piece of pieces) hash.update(piece);
    return hash.digest('hex');
  },

  hold() {
    const timer = setInterval(() => {}, dayInMilliseconds);
    return () => clearInterval(timer);
  },
};
