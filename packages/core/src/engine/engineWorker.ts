/** The engine's own thread: owns the instance of the kernels, answers the supervising thread through comlink. */

import * as Comlink from 'comlink/dist/esm/comlink.mjs';
import { platform } from '#platform';
import { nativeKernels } from '../kernels/backends/native.js';
import { loadKernels } from '../kernels/backends/wasm.js';
import type { Backend } from '../kernels/kernels.js';
import { runWorker } from '../threads/runWorker.js';
import { Session } from './session.js';
import type { NetworkCalls, State } from './types.js';

export interface EngineWorkerData {
  backend: Backend;
  build: 'threads' | 'single';
  threads: number;
  memoryLimit: number | undefined;
  /** To the threads of WebAssembly's pool, which the supervising thread has started: this one cannot hear them in a kernel. */
  ports: MessagePort[];
}

runWorker(async () => {
  const { backend, build, threads, memoryLimit, ports } = (await platform.workerData()) as EngineWorkerData;
  const endpoint = await platform.parentEndpoint();
  const kernels =
    backend === 'native'
      ? nativeKernels(await platform.loadNative(), threads)
      : await loadKernels(build, threads, ports);
  const session = new Session(kernels, memoryLimit);
  const calls: NetworkCalls = Object.assign(session, {
    /** Handed over, not copied: a state is two or three times as large as the weights. */
    async readState(): Promise<State> {
      const state = await Session.prototype.readState.call(session);
      return Comlink.transfer(
        state,
        Object.values(state).map(({ data }) => data.buffer as ArrayBuffer),
      );
    },
  });
  Comlink.expose(calls, endpoint);
  endpoint.postMessage('ready');
});
