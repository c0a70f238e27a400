/**
 * Threads of the kernels' pool, as the thread that starts them sees them. They get the instance through a port, so that
 * the thread that owns it and waits for them in kernels need not be the one that hears when they fail.
 */
import { platform } from '#platform';
import type { HostWorker } from '../platform/platform.js';

const startTimeoutMilliseconds = 30_000;
const endTimeoutMilliseconds = 5_000;

export interface PoolWorkerData {
  /** Brings the PoolInstance. */
  port: MessagePort;
  /** The thread that started this one waits for it in kernels, and will not hear of a failure. */
  parentWaits: boolean;
}

/** Data that a thread needs to join a pool. */
export interface PoolInstance {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  stackBytes: number;
}

/** From a pool worker to the thread that started it. */
export type PoolMessage = 'ready' | 'done';

export interface PoolWorker {
  readonly worker: HostWorker;
  /** Takes the PoolInstance, from whichever thread the port is sent to. */
  readonly port: MessagePort;
  /** It is in the module. */
  readonly ready: Promise<void>;
  /** It has left the module, after the pool was stopped. */
  readonly done: Promise<void>;
}

/** `onFailure`: it failed, ended or did not start in time; called at most once, not for an end that was asked for. */
export function startPoolWorker(parentWaits: boolean, onFailure: (cause: Error) => void): PoolWorker {
  const { port1, port2 } = new MessageChannel();
  const data: PoolWorkerData = { port: port2, parentWaits };
  const worker = platform.startWorker(
    'threads/poolWorker.js',
    () => new Worker(new URL('./poolWorker.js', import.meta.url), { type: 'module' }),
    data,
    [port2],
  );
  let over = false;
  const fail = (cause: Error) => {
    if (!over) onFailure(cause);
    over = true;
  };
  worker.onEnd(fail);
  const seconds = startTimeoutMilliseconds / 1000;
  const late = setTimeout(() => fail(new Error(`it did not start in ${seconds} s`)), startTimeoutMilliseconds);
  (late as { unref?: () => void }).unref?.();
  const told = (what: PoolMessage, then: () => void) =>
    new Promise<void>((resolve) => {
      worker.endpoint.addEventListener('message', (event) => {
        if ((event as MessageEvent<PoolMessage>).data !== what) return;
        then();
        resolve();
      });
    });
  const ready = told('ready', () => clearTimeout(late));
  // Its thread has nothing more to do, and may end by itself.
  const done = told('done', () => {
    over = true;
  });
  return { worker, port: port1, ready, done };
}

/**
 * Ends the workers of a pool that has been stopped. Each is let out of the module first: the allocator's lock may be in
 * its hands, and all instances on this memory wait for it.
 */
export async function endPoolWorkers(workers: readonly PoolWorker[]): Promise<void> {
  const release = platform.hold();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, endTimeoutMilliseconds);
  });
  await Promise.race([Promise.all(workers.map(({ done }) => done)), patience]);
  clearTimeout(timer);
  await terminateAll(workers.map(({ worker }) => worker));
  release();
}

export async function terminateAll(workers: readonly HostWorker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.terminate()));
}
