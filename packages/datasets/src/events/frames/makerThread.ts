import { workerData } from 'node:worker_threads';
import type { MakerThreadData } from './makerThreads.js';
import { runMakerThread } from './runMaker.js';

runMakerThread(workerData as MakerThreadData);
