/** One thread of the kernels' pool: instantiates the module on the shared memory and stays in it until the pool ends. */
import { platform } from '#platform';
import { initSync, lastPanic, workerMain } from '../../wasm/threads/kestirme_wasm.js';
import type { PoolWorkerData } from './kernels.js';

const { module, memory, stackBytes, failureChannel } = (await platform.workerData()) as PoolWorkerData;
initSync({ module, memory, thread_stack_size: stackBytes });
(await platform.parentEndpoint()).postMessage('ready');
try {
  workerMain();
} catch (error) {
  // The engine's thread waits for this one and hears nothing: tell the supervisor.
  if (failureChannel !== null) {
    const channel = new BroadcastChannel(failureChannel);
    channel.postMessage(lastPanic() || String(error));
    channel.close();
  }
  throw error;
}
