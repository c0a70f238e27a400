/** The engine's own thread: owns the instance of the kernels, answers the supervising thread through comlink. */

import * as Comlink from 'comlink/dist/esm/comlink.mjs';
import { platform } from '#platform';
import { nativeKernels } from '../kernels/backends/native.js';
import { loadKernels } from '../kernels/backends/wasm.js';
import type { Backend } from '../kernels/kernels.js';
import { freeState } from '../loaded/freeState.js';
import { Session } from './session.js';
import type { NetworkCalls, State } from './types.js';

export interface EngineWorkerData {
  role: 'engine';
  backend: Backend;
  build: 'threads' | 'single';
  threads: number;
  memoryLimit: number | undefined;
  /** The folder of the WebAssembly files, where the program says it. */
  wasmUrl: string | undefined;
  /** To the threads of WebAssembly's pool, which the supervising thread has started: this one cannot hear them in a kernel. */
  ports: MessagePort[];
}

export async function runEngineThread(data: EngineWorkerData): Promise<void> {
  const { backend, build, threads, memoryLimit, wasmUrl, ports } = data;
  const endpoint = await platform.parentEndpoint();
  const kernels =
    backend === 'native'
      ? nativeKernels(await platform.loadNative(), threads)
      : await loadKernels(build, threads, ports, wasmUrl);
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
    /** What came over is a copy of this thread's own, which is let go at once. */
    async writeState(state: State): Promise<void> {
      try {
        await Session.prototype.writeState.call(session, state);
      } finally {
        freeState(state);
      }
    },
    async readTensor(name: string, memory?: ArrayBuffer): Promise<Float32Array> {
      const floats = await Session.prototype.readTensor.call(session, name, memory);
      return Comlink.transfer(floats, [floats.buffer as ArrayBuffer]);
    },
  });
  Comlink.expose(calls, endpoint);
  endpoint.postMessage('ready');
}
