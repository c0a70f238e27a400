/** One thread of the kernels' pool: instantiates the module on the shared memory and stays in it until it is ended. */
import { platform } from '#platform';
import { initSync, lastPanic, workerMain } from '../../wasm/threads/kestirme_wasm.js';
import type { PoolInstance, PoolMessage, PoolWorkerData } from './poolWorkers.js';

export async function runPoolThread({ port }: PoolWorkerData): Promise<void> {
  const parent = await platform.parentEndpoint();
  const { module, memory, stackBytes } = await new Promise<PoolInstance>((resolve) => {
    port.onmessage = (event: MessageEvent<PoolInstance>) => resolve(event.data);
  });
  port.close();
  initSync({ module, memory, thread_stack_size: stackBytes });
  parent.postMessage('ready' satisfies PoolMessage);
  try {
    workerMain();
  } catch (error) {
    // The trap of a panic says only "unreachable".
    throw new Error(lastPanic() || String(error), { cause: error });
  }
}
