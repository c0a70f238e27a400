/**
 * Loads the WebAssembly build that fits the host and starts its threads.
 * The generated glue keeps its instance in module state, so each JavaScript thread has one instance of a build, which
 * all its inline engines share; an engine behind a worker has one of its own.
 */
import { platform } from '#platform';
import * as singleGlue from '../../wasm/single/kestirme_wasm.js';
import * as threadsGlue from '../../wasm/threads/kestirme_wasm.js';
import type { HostWorker } from '../platform/platform.js';

type Glue = typeof threadsGlue;

/** What the glue of both builds exports. An object of our own, whose functions a profile may wrap. */
export type Api = Omit<Glue, 'default' | 'initSync' | 'startPool' | 'stopPool' | 'workerMain'>;

export interface Kernels {
  readonly api: Api;
  readonly memory: WebAssembly.Memory;
  readonly build: 'threads' | 'single';
  readonly threads: number;
  /** Of the module's bytes. */
  wasmSha256(): Promise<string>;
  /** Ends the threads. */
  close(): Promise<void>;
}

const abiVersion = 1;
/** Of WebAssembly's 32-bit addresses. */
const maximumPages = 65_536;
/** The module asks for at least this much at its start. */
const initialPages = 64;
const stackBytes = 1_048_576;
const startTimeoutMilliseconds = 30_000;
const endTimeoutMilliseconds = 5_000;

/** The number of threads when nobody says: the environment's, else one per core, at most 8. */
export function defaultThreads(): number {
  const override = platform.threadsOverride();
  if (override === undefined || override === '') return Math.max(1, Math.min(platform.cores(), 8));
  const threads = Number(override);
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new RangeError(`KESTIRME_THREADS must be an integer from 1 to 64, got "${override}"`);
  }
  return threads;
}

/** A module with one SIMD instruction: refused by hosts without SIMD. */
const simdProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** `failureChannel`: name of the BroadcastChannel on which a failing pool thread says why; null: nobody listens. */
export async function loadKernels(
  build: 'threads' | 'single',
  threads: number,
  failureChannel: string | null,
): Promise<Kernels> {
  if (!WebAssembly.validate(simdProbe)) {
    throw new Error(
      'this host has no WebAssembly SIMD, which every kernel needs; use Node 20.19 or later, or a browser from 2023 or later',
    );
  }
  const kernels = build === 'threads' ? await loadThreaded(threads, failureChannel) : await loadSingle();
  const { api } = kernels;
  if (api.abiVersion() !== abiVersion) {
    throw new Error(
      `the WebAssembly files have ABI ${api.abiVersion()}, this code needs ${abiVersion}: run npm run build:wasm`,
    );
  }
  api.keepPanics();
  return kernels;
}

/** Reckoned when first asked for: a page without a secure context has no SHA-256, and most runs need none. */
function hashOf(bytes: Uint8Array): () => Promise<string> {
  let hash: Promise<string> | null = null;
  return () => {
    hash ??= platform.sha256([bytes]);
    return hash;
  };
}

let single: Promise<Kernels> | null = null;

function loadSingle(): Promise<Kernels> {
  single ??= (async () => {
    const bytes = await platform.readFile(new URL('../../wasm/single/kestirme_wasm_bg.wasm', import.meta.url));
    const { memory } = singleGlue.initSync({ module: await WebAssembly.compile(bytes) });
    const api = { ...singleGlue } as unknown as Api;
    return { api, memory, build: 'single', threads: 1, wasmSha256: hashOf(bytes), close: async () => {} };
  })();
  return single;
}

/** Memory with the largest maximum that the host grants. */
function sharedMemory(): WebAssembly.Memory {
  let failure: unknown;
  for (let maximum = maximumPages; maximum >= maximumPages / 16; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: initialPages, maximum, shared: true });
    } catch (error) {
      failure = error;
    }
  }
  throw new Error('the host grants no shared WebAssembly memory, not even 256 MiB', { cause: failure });
}

interface Instance {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  wasmSha256: () => Promise<string>;
}

let threaded: Promise<Instance> | null = null;

function instantiateThreaded(): Promise<Instance> {
  threaded ??= (async () => {
    const bytes = await platform.readFile(new URL('../../wasm/threads/kestirme_wasm_bg.wasm', import.meta.url));
    const module = await WebAssembly.compile(bytes);
    const memory = sharedMemory();
    threadsGlue.initSync({ module, memory, thread_stack_size: stackBytes });
    return { module, memory, wasmSha256: hashOf(bytes) };
  })();
  return threaded;
}

interface PoolWorker {
  worker: HostWorker;
  /** When it has left the module. */
  done: Promise<void>;
}

/** The pool of this thread's instance, and how many engines use it. */
let pool: { threads: number; workers: Promise<PoolWorker[]>; users: number } | null = null;

async function loadThreaded(threads: number, failureChannel: string | null): Promise<Kernels> {
  const { module, memory, wasmSha256 } = await instantiateThreaded();
  if (pool !== null && pool.threads !== threads) {
    throw new Error(
      `an inline engine with ${pool.threads} threads is open in this thread: close it before one with ${threads}`,
    );
  }
  if (pool === null) {
    const workers =
      threads > 1 ? startWorkers(threads - 1, { module, memory, stackBytes, failureChannel }) : Promise.resolve([]);
    pool = {
      threads,
      users: 0,
      workers: workers.then((started) => {
        if (threads > 1) threadsGlue.startPool(threads - 1);
        return started;
      }),
    };
  }
  const mine = pool;
  mine.users++;
  const close = async () => {
    mine.users--;
    if (mine.users > 0 || pool !== mine) return;
    pool = null;
    if (threads > 1) threadsGlue.stopPool();
    await endWorkers(await mine.workers);
  };
  try {
    await mine.workers;
  } catch (error) {
    pool = null;
    throw error;
  }
  return { api: { ...threadsGlue }, memory, build: 'threads', threads, wasmSha256, close };
}

/**
 * A worker is let out of the module before it is ended: the allocator's lock may be in its hands, and all instances on
 * this memory wait for it.
 */
async function endWorkers(workers: readonly PoolWorker[]): Promise<void> {
  const release = platform.hold();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, endTimeoutMilliseconds);
  });
  await Promise.race([Promise.all(workers.map(({ done }) => done)), patience]);
  clearTimeout(timer);
  await Promise.all(workers.map(({ worker }) => worker.terminate()));
  release();
}

/** Workers that have instantiated the module and go on into the pool; the thread that calls the kernels works too. */
async function startWorkers(count: number, data: PoolWorkerData): Promise<PoolWorker[]> {
  const workers: PoolWorker[] = [];
  const release = platform.hold();
  try {
    const ready = Array.from({ length: count }, () => {
      const worker = platform.startWorker(
        'poolWorker.js',
        () => new Worker(new URL('./poolWorker.js', import.meta.url), { type: 'module' }),
        data,
      );
      const done = new Promise<void>((resolve) => {
        worker.endpoint.addEventListener('message', (event) => {
          if ((event as MessageEvent).data === 'done') resolve();
        });
      });
      workers.push({ worker, done });
      return new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error('a pool worker did not start in 30 s')),
          startTimeoutMilliseconds,
        );
        worker.endpoint.addEventListener('message', () => {
          clearTimeout(timer);
          resolve();
        });
        worker.onEnd((cause) => {
          clearTimeout(timer);
          reject(cause);
        });
      });
    });
    await Promise.all(ready);
    return workers;
  } catch (error) {
    await Promise.all(workers.map(({ worker }) => worker.terminate()));
    throw error;
  } finally {
    release();
  }
}

export interface PoolWorkerData {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  stackBytes: number;
  failureChannel: string | null;
}
