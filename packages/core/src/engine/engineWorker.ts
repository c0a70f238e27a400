/** The engine's own thread: owns the WebAssembly instance, answers the supervising thread through comlink. */

import * as Comlink from 'comlink/dist/esm/comlink.mjs';
import { platform } from '#platform';
import { loadKernels } from './kernels.js';
import { Session } from './session.js';

export interface EngineWorkerData {
  build: 'threads' | 'single';
  threads: number;
  memoryLimit: number | undefined;
  /** Where a failing pool thread says so; the engine's own thread may be blocked by then. */
  failureChannel: string;
}

const { build, threads, memoryLimit, failureChannel } = (await platform.workerData()) as EngineWorkerData;
const endpoint = await platform.parentEndpoint();
const session = new Session(await loadKernels(build, threads, failureChannel), memoryLimit);
Comlink.expose(session, endpoint);
endpoint.postMessage('ready');
