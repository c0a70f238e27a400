import { platform } from '#platform';
import { runPoolThread } from './poolThread.js';
import type { PoolWorkerData } from './poolWorkers.js';
import { runWorker } from './runWorker.js';

runWorker(async () => runPoolThread((await platform.workerData()) as PoolWorkerData));
