/**
 * The script of any worker of this package, for programs that say where it lies (`createEngine({ workerUrl })`): a bundler
 * makes one file of it, where the package itself has a small one for the threads of the pool.
 */
import { platform } from '#platform';
import { type EngineWorkerData, runEngineThread } from './engine/engineThread.js';
import { runPoolThread } from './threads/poolThread.js';
import type { PoolWorkerData } from './threads/poolWorkers.js';
import { runWorker } from './threads/runWorker.js';

runWorker(async () => {
  const data = (await platform.workerData()) as EngineWorkerData | PoolWorkerData;
  await (data.role === 'engine' ? runEngineThread(data) : runPoolThread(data));
});
