/**
 * The script of any worker of this package in Node, for programs that say where it lies: `workerUrl` of `createLoader` and
 * `openDataset`. A page's is loader/fillWorker.ts.
 */
import { workerData } from 'node:worker_threads';
import type { MakerThreadData } from './events/frames/makerThreads.js';
import { runMakerThread } from './events/frames/runMaker.js';
import { serveFills } from './loader/serveFills.js';
import type { FillThreadData } from './platform/platform.js';

const data = workerData as MakerThreadData | FillThreadData;
if (data.role === 'frames') runMakerThread(data);
else serveFills();
