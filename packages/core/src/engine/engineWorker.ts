import { platform } from '#platform';
import { runWorker } from '../threads/runWorker.js';
import { type EngineWorkerData, runEngineThread } from './engineThread.js';

runWorker(async () => runEngineThread((await platform.workerData()) as EngineWorkerData));
