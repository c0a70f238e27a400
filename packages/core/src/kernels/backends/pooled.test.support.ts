import { stopPool } from '../../../wasm/threads/kestirme_wasm.js';
import { startPoolWorker } from '../../threads/poolWorkers.js';
import type { Kernels } from '../kernels.js';
import { loadKernels } from './wasm.js';

/** Kernels of this thread with a pool, which a test may have: nobody hears of a thread that fails. `close` ends them. */
export async function pooledKernels(threads: number): Promise<Kernels> {
  const ends: Promise<void>[] = [];
  const pool = Array.from({ length: threads - 1 }, () => {
    let ended = () => {};
    ends.push(new Promise<void>((resolve) => (ended = resolve)));
    return startPoolWorker(undefined, () => ended());
  });
  const ports = pool.map(({ port }) => port);
  const kernels = await loadKernels('threads', threads, ports);
  await Promise.all(pool.map(({ ready }) => ready));
  return {
    ...kernels,
    async close() {
      // A thread that has left the pool has nothing more to do.
      stopPool();
      await Promise.all(ends);
    },
  };
}
