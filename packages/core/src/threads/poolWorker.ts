/** One thread of the kernels' pool: instantiates the module on the shared memory and stays in it until the pool ends. */
import { platform } from '#platform';
import { initSync, lastPanic, workerMain } from '../../wasm/threads/kestirme_wasm.js';
import type { PoolInstance, PoolMessage, PoolWorkerData } from './poolWorkers.js';
import { runWorker } from './runWorker.js';

runWorker(async () => {
  const { port, parentWaits } = (await platform.workerData()) as PoolWorkerData;
  const parent = await platform.parentEndpoint();
  const say = (message: PoolMessage) => parent.postMessage(message);
  const { module, memory, stackBytes } = await new Promise<PoolInstance>((resolve) => {
    port.onmessage = (event: MessageEvent<PoolInstance>) => resolve(event.data);
  });
  port.close();
  const instance = initSync({ module, memory, thread_stack_size: stackBytes });
  say('ready');
  try {
    workerMain();
    // This thread's stack, for the next pool.
    instance.__wbindgen_thread_destroy();
    say('done');
  } catch (error) {
    // The trap of a panic says only "unreachable".
    const words = lastPanic() || String(error);
    if (parentWaits) platform.abort(`kestirme: a thread of an inline engine failed: ${words}`);
    throw new Error(words, { cause: error });
  }
});
