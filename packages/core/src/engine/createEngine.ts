/** Engines: behind a worker, so that the calling thread stays free, or in the calling thread. */

import * as Comlink from 'comlink/dist/esm/comlink.mjs';
import { platform } from '#platform';
import { nativeKernels } from '../kernels/backends/native.js';
import { defaultThreads, loadKernels } from '../kernels/backends/wasm.js';
import type { Backend } from '../kernels/kernels.js';
import { fileUrl, folderUrl } from '../platform/givenUrl.js';
import type { Ability, HostWorker } from '../platform/platform.js';
import { type PoolWorker, startPoolWorker, terminateAll } from '../threads/poolWorkers.js';
import { type Choice, chooseBackend } from './chooseBackend.js';
import type { EngineWorkerData } from './engineThread.js';
import { EngineFailure } from './failure.js';
import { Session } from './session.js';
import { type BareEngine, SharedEngine } from './sharedEngine.js';
import type { Engine, EngineOptions, NetworkCalls } from './types.js';

interface Chosen {
  choice: Choice;
  build: 'threads' | 'single';
  threads: number;
  workerUrl: string | undefined;
  wasmUrl: string | undefined;
}

/** Which kernels and which build of them fit the host; warns when threads are wanted and cannot be had. */
async function choose(options: EngineOptions, inline: boolean): Promise<Chosen> {
  options.signal?.throwIfAborted();
  const threads = threadsOf(options);
  const urls = {
    workerUrl: fileUrl('workerUrl', options.workerUrl),
    wasmUrl: folderUrl('wasmUrl', options.wasmUrl),
  };
  const choice = await chooseBackend(options.backend);
  options.signal?.throwIfAborted();
  const build = choice.backend === 'native' ? nativeBuild(threads) : wasmBuild(options, threads, inline);
  return { choice, ...build, ...urls };
}

function threadsOf(options: EngineOptions): number {
  platform.requireHost();
  const threads = options.threads ?? defaultThreads();
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new RangeError(`\`threads\` must be an integer from 1 to 64, got ${threads}`);
  }
  return options.build === 'single' ? 1 : threads;
}

const nativeBuild = (threads: number) => ({ build: threads > 1 ? ('threads' as const) : ('single' as const), threads });

/** An inline engine waits for its pool in kernels, and could never hear that one of its threads had failed. */
const alone: Ability = {
  available: false,
  reason:
    'an inline engine on WebAssembly has one only, as it could not hear others fail; createEngine, which works in a ' +
    'worker, has threads',
};

function wasmBuild(options: EngineOptions, asked: number, inline: boolean): Pick<Chosen, 'build' | 'threads'> {
  const threads = inline && options.threads === undefined ? 1 : asked;
  if (options.build === 'single') return { build: 'single', threads };
  const needs = [platform.sharedMemory(), ...(inline && threads > 1 ? [alone] : [])];
  const lack = needs.find((need) => !need.available);
  if (lack === undefined) return { build: 'threads', threads };
  if (options.build === 'threads') throw new Error(`no threaded build: ${lack.reason}`);
  if (threads > 1) console.warn(`kestirme runs on one thread: ${lack.reason}`);
  return { build: 'single', threads: 1 };
}

/**
 * An engine in a worker of its own. Any failure of its threads rejects all pending and later calls with the cause.
 * The process may exit while an engine is idle; it stays alive while a call is pending.
 * @throws the reason of `options.signal` when it is aborted.
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const engine = new SupervisedEngine(options, await choose(options, false));
  await engine.ready();
  return new SharedEngine(engine);
}

/**
 * An engine in the calling thread, for scripts: calls block it while they run. On WebAssembly it has one thread, with a
 * warning where more are asked for; native kernels may have several.
 */
export async function createInlineEngine(options: EngineOptions = {}): Promise<Engine> {
  const { choice, build, threads, wasmUrl } = await choose(options, true);
  const kernels =
    choice.backend === 'native'
      ? nativeKernels(choice.native, threads)
      : await loadKernels(build, threads, [], wasmUrl);
  const session = new Session(kernels, options.memoryLimit, options.signal, choice.note);
  if (options.signal?.aborted) await session.end(options.signal.reason);
  options.signal?.throwIfAborted();
  return new SharedEngine(session);
}

/**
 * The supervising thread's view. It is the parent of the engine's thread and of the pool's: the engine's thread is
 * blocked while it waits for the pool in a kernel, this one hears of every end.
 */
class SupervisedEngine implements BareEngine {
  readonly threads: number;
  readonly build: 'threads' | 'single';
  readonly backend: Backend;
  readonly simd: string;
  readonly backendNote: string | null;
  readonly #engine: HostWorker;
  readonly #pool: readonly PoolWorker[];
  /** All that were started. */
  readonly #workers: HostWorker[] = [];
  readonly #calls: Comlink.Remote<NetworkCalls>;
  readonly #signal: AbortSignal | undefined;
  /** Ends of the calls under way. */
  readonly #pending = new Set<(cause: unknown) => void>();
  readonly #over = new AbortController();
  /** Once it has ended: when its threads have, too. */
  #gone: Promise<void> | null = null;

  constructor({ memoryLimit, signal }: EngineOptions, { choice, build, threads, workerUrl, wasmUrl }: Chosen) {
    const { backend, native, note } = choice;
    this.build = build;
    this.backend = backend;
    this.simd = native?.simd ?? 'simd128';
    this.backendNote = note;
    this.threads = threads;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort, { once: true });
    try {
      // Native kernels start threads of their own.
      const workers = backend === 'native' ? 0 : threads - 1;
      this.#pool = Array.from({ length: workers }, () => this.#startPoolWorker(workerUrl));
      const ports = this.#pool.map(({ port }) => port);
      const data = { role: 'engine', backend, build, threads, memoryLimit, wasmUrl, ports } as const;
      this.#engine = this.#startEngine(workerUrl, data);
    } catch (error) {
      void this.end(error);
      throw error;
    }
    this.#calls = Comlink.wrap<NetworkCalls>(this.#engine.endpoint);
  }

  #startPoolWorker(url: string | undefined): PoolWorker {
    const started = startPoolWorker(url, this.#failureOf('a thread of the engine failed'));
    this.#workers.push(started.worker);
    return started;
  }

  #startEngine(url: string | undefined, data: EngineWorkerData): HostWorker {
    const inPage = () => new Worker(new URL('./engineWorker.js', import.meta.url), { type: 'module' });
    const engine = platform.startWorker({ file: 'engine/engineWorker.js', inPage, url }, data, data.ports);
    this.#workers.push(engine);
    engine.onEnd(this.#failureOf('the engine failed'));
    return engine;
  }

  /** When it rejects the engine has ended, as by any failure. */
  async ready(): Promise<void> {
    const engine = new Promise<void>((resolve) => {
      this.#engine.endpoint.addEventListener('message', (event) => {
        if ((event as MessageEvent).data === 'ready') resolve();
      });
    });
    await this.#call(() => Promise.all([engine, ...this.#pool.map(({ ready }) => ready)]));
  }

  #fail(message: string, cause: unknown): void {
    void this.end(new EngineFailure(message, { cause }));
  }

  #failureOf(who: string): (cause: Error) => void {
    return (cause) => this.#fail(`${who}: ${cause.message}`, cause);
  }

  readonly #abort = () => void this.end(this.#signal?.reason);

  get ended(): AbortSignal {
    return this.#over.signal;
  }

  /** Once and for all: whatever is pending or comes later rejects with the cause, and the threads end. */
  end(cause: unknown): Promise<void> {
    if (this.#gone !== null) return this.#gone;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#gone = terminateAll(this.#workers);
    this.#over.abort(cause);
    for (const end of this.#pending) end(cause);
    this.#pending.clear();
    return this.#gone;
  }

  /** A set of pending calls, not a race with one promise of failure: that would remember every call there ever was. */
  #call<T>(call: () => Promise<T>): Promise<T> {
    if (this.ended.aborted) return Promise.reject(this.ended.reason);
    const release = platform.hold();
    return new Promise<T>((resolve, reject) => {
      const end = (cause: unknown) => {
        this.#pending.delete(end);
        release();
        reject(cause);
      };
      this.#pending.add(end);
      call().then(
        (result) => {
          this.#pending.delete(end);
          release();
          resolve(result);
        },
        (error) => {
          // comlink rebuilds errors by their names.
          if (error instanceof Error && error.name === 'EngineFailure') this.#fail(error.message, error);
          end(error);
        },
      );
    });
  }

  load: NetworkCalls['load'] = (request) => this.#call(() => this.#calls.load(request));
  memoryRoom: NetworkCalls['memoryRoom'] = (request) => this.#call(() => this.#calls.memoryRoom(request));
  trainStep: NetworkCalls['trainStep'] = (batch, position) => this.#call(() => this.#calls.trainStep(batch, position));
  evaluateStep: NetworkCalls['evaluateStep'] = (batch, options) =>
    this.#call(() => this.#calls.evaluateStep(batch, options));
  predict: NetworkCalls['predict'] = (images, indices) => this.#call(() => this.#calls.predict(images, indices));
  profile: NetworkCalls['profile'] = (batch, options) => this.#call(() => this.#calls.profile(batch, options));
  readState: NetworkCalls['readState'] = () => this.#call(() => this.#calls.readState());
  stateShapes: NetworkCalls['stateShapes'] = () => this.#call(() => this.#calls.stateShapes());
  readTensor: NetworkCalls['readTensor'] = (name, memory) =>
    this.#call(() =>
      memory === undefined
        ? this.#calls.readTensor(name)
        : this.#calls.readTensor(name, Comlink.transfer(memory, [memory])),
    );
  writeState: NetworkCalls['writeState'] = (state) => this.#call(() => this.#calls.writeState(state));
  weightsSha256: NetworkCalls['weightsSha256'] = () => this.#call(() => this.#calls.weightsSha256());
  kernelsSha256: NetworkCalls['kernelsSha256'] = () => this.#call(() => this.#calls.kernelsSha256());
}
