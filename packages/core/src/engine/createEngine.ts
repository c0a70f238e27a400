/** Engines: behind a worker, so that the calling thread stays free, or in the calling thread. */

import * as Comlink from 'comlink/dist/esm/comlink.mjs';
import { platform } from '#platform';
import type { HostWorker } from '../platform/platform.js';
import type { EngineWorkerData } from './engineWorker.js';
import { defaultThreads, loadKernels } from './kernels.js';
import { Session } from './session.js';
import type { Engine, EngineOptions } from './types.js';

type Calls = Omit<Engine, 'threads' | 'build'>;

/** Which build fits the host; warns when threads are wanted and cannot be had. */
function chooseBuild(options: EngineOptions, inline: boolean): { build: 'threads' | 'single'; threads: number } {
  const threads = options.threads ?? defaultThreads();
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new RangeError(`threads must be an integer from 1 to 64, got ${threads}`);
  }
  if (options.build === 'single') return { build: 'single', threads: 1 };
  const needs = [platform.sharedMemory(), ...(inline && threads > 1 ? [platform.waiting()] : [])];
  const lack = needs.find((need) => !need.available);
  if (lack === undefined) return { build: 'threads', threads };
  if (options.build === 'threads') throw new Error(`no threaded build: ${lack.reason}`);
  if (threads > 1) console.warn(`kestirme runs on one thread: ${lack.reason}`);
  return { build: 'single', threads: 1 };
}

/**
 * An engine in a worker of its own. Any failure of its threads rejects all pending and later calls with the cause.
 * The process may exit while an engine is idle; it stays alive while a call is pending.
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { build, threads } = chooseBuild(options, false);
  // Not randomUUID, which pages have in secure contexts only.
  const failureChannel = `kestirme-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
  const data: EngineWorkerData = { build, threads, memoryLimit: options.memoryLimit, failureChannel };
  const release = platform.hold();
  const worker = platform.startWorker(
    'engineWorker.js',
    () => new Worker(new URL('./engineWorker.js', import.meta.url), { type: 'module' }),
    data,
  );
  const engine = new SupervisedEngine(worker, build, threads, failureChannel);
  try {
    await engine.ready();
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  } finally {
    release();
  }
}

/** An engine in the calling thread, for scripts: calls block it while they run. In a page's own thread without threads. */
export async function createInlineEngine(options: EngineOptions = {}): Promise<Engine> {
  const { build, threads } = chooseBuild(options, true);
  return new Session(await loadKernels(build, threads, null), options.memoryLimit);
}

class SupervisedEngine implements Engine {
  readonly threads: number;
  readonly build: 'threads' | 'single';
  readonly #worker: HostWorker;
  readonly #calls: Comlink.Remote<Calls>;
  readonly #failures: BroadcastChannel;
  readonly #failed: Promise<never>;
  #fail!: (cause: Error) => void;
  #cause: Error | null = null;

  constructor(worker: HostWorker, build: 'threads' | 'single', threads: number, failureChannel: string) {
    this.#worker = worker;
    this.build = build;
    this.threads = threads;
    this.#failed = new Promise((_, reject) => {
      this.#fail = (cause) => {
        this.#cause ??= cause;
        reject(cause);
      };
    });
    // A failure between calls is reported by the next one.
    this.#failed.catch(() => {});
    this.#failures = new BroadcastChannel(failureChannel);
    this.#failures.onmessage = (event) => {
      this.#fail(new Error(`a thread of the engine failed: ${(event as MessageEvent<string>).data}`));
      void this.#worker.terminate();
    };
    (this.#failures as { unref?: () => void }).unref?.();
    worker.onEnd((cause) => this.#fail(new Error(`the engine failed: ${cause.message}`, { cause })));
    this.#calls = Comlink.wrap<Calls>(worker.endpoint);
  }

  ready(): Promise<void> {
    const ready = new Promise<void>((resolve) => {
      this.#worker.endpoint.addEventListener('message', (event) => {
        if ((event as MessageEvent).data === 'ready') resolve();
      });
    });
    return Promise.race([ready, this.#failed]);
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    if (this.#cause !== null) throw this.#cause;
    const release = platform.hold();
    try {
      return await Promise.race([call(), this.#failed]);
    } catch (error) {
      // A trap leaves the instance in no state to go on with.
      if (error instanceof Error && error.name === 'RuntimeError') {
        this.#fail(new Error(`the engine trapped: ${error.message}`, { cause: error }));
        await this.#worker.terminate();
        throw this.#cause;
      }
      throw error;
    } finally {
      release();
    }
  }

  load: Engine['load'] = (request) => this.#call(() => this.#calls.load(request));
  trainStep: Engine['trainStep'] = (batch, position) => this.#call(() => this.#calls.trainStep(batch, position));
  evaluateStep: Engine['evaluateStep'] = (batch) => this.#call(() => this.#calls.evaluateStep(batch));
  profile: Engine['profile'] = (batch, options) => this.#call(() => this.#calls.profile(batch, options));
  readState: Engine['readState'] = () => this.#call(() => this.#calls.readState());
  writeState: Engine['writeState'] = (state) => this.#call(() => this.#calls.writeState(state));
  weightsSha256: Engine['weightsSha256'] = () => this.#call(() => this.#calls.weightsSha256());
  wasmSha256: Engine['wasmSha256'] = () => this.#call(() => this.#calls.wasmSha256());

  async close(): Promise<void> {
    this.#fail(new Error('the engine is closed'));
    this.#failures.close();
    await this.#worker.terminate();
  }
}
