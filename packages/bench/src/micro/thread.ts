/** One thread of the kernels' pool. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from './webAssembly.js';

const { glue, module, memory, stackBytes } = workerData as ThreadData;
const { initSync, workerMain } = (await import(glue)) as {
  initSync(options: object): void;
  workerMain(): void;
};
initSync({ module, memory, thread_stack_size: stackBytes });
parentPort?.postMessage('ready');
workerMain();
