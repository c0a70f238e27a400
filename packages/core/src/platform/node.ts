import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { type MessagePort as NodePort, parentPort, Worker, type WorkerOptions, workerData } from 'node:worker_threads';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { engineWorker } from './engineFiles.js';
import { requireFile } from './ownFiles.js';
import type { HostWorker, LoadedNative, Platform } from './platform.js';

const dayInMilliseconds = 86_400_000;

/** Not in the words that bundlers follow: of a worker for Node they would make something that does not run. */
const here = () => import.meta.url;

/** The process's own flags are not for the threads: with `node --input-type=module -e ...` they would not start. */
export function workerOptions(data: unknown, transfer: MessagePort[]): WorkerOptions {
  // What the page's types call a port is Node's at run time.
  return { workerData: data, transferList: transfer as unknown as NodePort[], execArgv: [] };
}

/** A worker as the engine sees it; it no longer keeps the process alive. */
export function hostWorker(worker: Worker): HostWorker {
  const endpoint = nodeEndpoint(worker);
  let over = false;
  worker.unref();
  return {
    endpoint: {
      ...endpoint,
      addEventListener(type, listener) {
        endpoint.addEventListener(type, listener);
        // The first listener counts the worker again.
        worker.unref();
      },
    },
    onEnd(listener) {
      const end = (cause: Error) => {
        if (!over) listener(cause);
        over = true;
      };
      worker.once('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
      worker.once('exit', (code) => end(new Error(`worker ended with code ${code}`)));
    },
    async terminate() {
      over = true;
      // Else a process with nothing else to do would end before whoever waits here.
      worker.ref();
      await worker.terminate();
    },
  };
}

/** It is optional; in a variable, and not for webpack, since bundlers would fail or warn where it is not installed. */
const nativePackage = '@kestirme/native';

async function loadNative(): Promise<LoadedNative> {
  const loader = (await import(/* webpackIgnore: true */ nativePackage).catch((cause: NodeJS.ErrnoException) => {
    const absent = cause.code === 'ERR_MODULE_NOT_FOUND' && cause.message.includes(nativePackage);
    const words = absent ? `${nativePackage} is not installed; npm install ${nativePackage} brings it` : cause.message;
    throw new Error(words, { cause });
  })) as typeof import('@kestirme/native');
  const { addon, simd, file } = loader.loadNative();
  return { addon, simd, file, sha256: async () => platform.sha256([await readFile(file)]) };
}

export const platform: Platform = {
  cores: availableParallelism,
  threadsOverride: () => process.env.KESTIRME_THREADS,
  backendOverride: () => process.env.KESTIRME_BACKEND,
  loadNative,
  // Control groups count, unlike in os.freemem.
  availableMemory: () => process.availableMemory(),
  sharedMemory: () => ({ available: true }),
  requireHost: () => {},
  // A drive of Windows is no scheme.
  urlOf: (given) => (/^[a-z][a-z\d+.-]+:/i.test(given) ? new URL(given) : pathToFileURL(given)),
  readFile: async (file) => new Uint8Array(await readFile(requireFile(file, existsSync))),

  startWorker({ file, url }, data, transfer) {
    const script = requireFile({ ...engineWorker(url), beside: () => new URL(`../${file}`, here()) }, existsSync);
    return hostWorker(new Worker(script, workerOptions(data, transfer)));
  },

  workerData: async () => workerData,

  async parentEndpoint() {
    if (parentPort === null) throw new Error('not in a worker');
    return nodeEndpoint(parentPort);
  },

  async sha256(pieces) {
    const hash = createHash('sha256');
    if (Symbol.asyncIterator in pieces) for await (const piece of pieces) hash.update(piece);
    // At once: nothing else may change an engine's memory meanwhile.
    else for (const piece of pieces) hash.update(piece);
    return hash.digest('hex');
  },

  hold() {
    const timer = setInterval(() => {}, dayInMilliseconds);
    return () => clearInterval(timer);
  },
};
