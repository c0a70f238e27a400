/** A loader's worker thread: fills the batches it is asked for and says when each is done. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Augment } from '../sets/dataset.js';
import { type BatchMemory, fillBatch, type Source } from './fillBatch.js';

export interface FillRequest {
  id: number;
  part: 'train' | 'test';
  positions: Uint32Array;
  epoch: number;
  augment: Augment | null;
  memory: BatchMemory;
}

const sources = workerData as Record<'train' | 'test', Source>;

parentPort?.on('message', ({ id, part, positions, epoch, augment, memory }: FillRequest) => {
  fillBatch(sources[part], positions, epoch, augment, memory);
  parentPort?.postMessage(id);
});
