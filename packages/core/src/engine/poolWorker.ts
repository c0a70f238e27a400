/** One thread of the kernels' pool: instantiates the module on the shared memory and stays in it until the pool ends. */
import { platform } from '#platform';
import { initSync, lastPanic, workerMain } from '../../wasm/threads/kestirme_wasm.js';
import type { PoolWorkerData } from './kernels.js';
import { runWorker } from './runWorker.js';

runWorker(async () => {
  const { module, memory, stackBytes, failureChannel } = (await platform.workerData()) as PoolWorkerData;
  const instance = initSync({ module, memory, thread_stack_size: stackBytes });
  const parent = await platform.parentEndpoint();
  parent.postMessage('ready');
  try {
    workerMain();
    // This thread's stack, for the next pool.
    instance.__wbindgen_thread_destroy();
    parent.postMessage('done');
  } catch (error) {
    // The engine's thread waits for this one and hears nothing: tell the supervisor.
    if (failureChannel !== null) {
      const channel = new BroadcastChannel(failureChannel);
      channel.postMessage(lastPanic() || String(error));
      channel.close();
    }
    throw error;
  }
});
