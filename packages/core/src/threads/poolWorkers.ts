/**
 * Threads of the kernels' pool, as the thread that starts them sees them. They get the instance through a port, so that
 * the thread that owns it and waits for them in kernels need not be the one that hears when they fail.
 */
import { platform } from '#platform';
import type { HostWorker } from '../platform/platform.js';

const startTimeoutMilliseconds = 30_000;

export interface PoolWorkerData {
  role: 'pool';
  /** Brings the PoolInstance. */
  port: MessagePort;
}

/** Data that a thread needs to join a pool. */
export interface PoolInstance {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  stackBytes: number;
}

/** From a pool worker to the thread that started it. */
export type PoolMessage = 'ready';

export interface PoolWorker {
  readonly worker: HostWorker;
  /** Takes the PoolInstance, from whichever thread the port is sent to. */
  readonly port: MessagePort;
  /** It is in the module. */
  readonly ready: Promise<void>;
}

/**
 * `url`: of its script, where the program says it. `onFailure`: it failed, ended or did not start in time; called at most
 * once, not for an end that was asked for.
 */
export function startPoolWorker(url: string | undefined, onFailure: (cause: Error) => void): PoolWorker {
  const { port1, port2 } = new MessageChannel();
  const data: PoolWorkerData = { role: 'pool', port: port2 };
  const inPage = () => new Worker(new URL('./poolWorker.js', import.meta.url), { type: 'module' });
  const worker = platform.startWorker({ file: 'threads/poolWorker.js', inPage, url }, data, [port2]);
  let over = false;
  const fail = (cause: Error) => {
    if (!over) onFailure(cause);
    over = true;
  };
  worker.onEnd(fail);
  const seconds = startTimeoutMilliseconds / 1000;
  const late = setTimeout(() => fail(new Error(`it did not start in ${seconds} s`)), startTimeoutMilliseconds);
  (late as { unref?: () => void }).unref?.();
  const ready = new Promise<void>((resolve) => {
    worker.endpoint.addEventListener('message', (event) => {
      if ((event as MessageEvent<PoolMessage>).data !== 'ready') return;
      clearTimeout(late);
      resolve();
    });
  });
  return { worker, port: port1, ready };
}

export async function terminateAll(workers: readonly HostWorker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.terminate()));
}
