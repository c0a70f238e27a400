// createEngine with the pool of wasm-bindgen-rayon: what a page would have if the package used it.
import { SharedEngine } from '../../packages/core/dist/engine/sharedEngine.js';
import * as Comlink from '../../packages/core/node_modules/comlink/dist/esm/comlink.mjs';

const calls = [
  ...['load', 'memoryRoom', 'trainStep', 'evaluateStep', 'profile', 'readState', 'writeState'],
  ...['stateShapes', 'readTensor', 'weightsSha256', 'kernelsSha256'],
];

/** Everything of the engine's failures that reaches the page ends the pending calls, as in packages/core. */
export async function createRayonEngine({ threads }) {
  const worker = new Worker(new URL('./rayonEngineWorker.mjs', import.meta.url), { type: 'module' });
  const over = new AbortController();
  const end = async (cause) => {
    over.abort(cause);
    worker.terminate();
  };
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    void end(new Error(event.message || "a worker's script could not be loaded"));
  });
  const orEnd = (call) =>
    new Promise((resolve, reject) => {
      over.signal.addEventListener('abort', () => reject(over.signal.reason), { once: true });
      if (over.signal.aborted) reject(over.signal.reason);
      else call().then(resolve, reject);
    });
  worker.postMessage({ threads });
  await orEnd(
    () =>
      new Promise((resolve) => {
        worker.addEventListener('message', ({ data }) => data === 'ready' && resolve());
      }),
  );
  const remote = Comlink.wrap(worker);
  const bare = {
    threads,
    build: 'threads',
    backend: 'wasm',
    simd: 'simd128',
    backendNote: null,
    ended: over.signal,
    end,
  };
  for (const call of calls) bare[call] = (...values) => orEnd(() => remote[call](...values));
  return new SharedEngine(bare);
}
