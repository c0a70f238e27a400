import { existsSync, readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { vi } from 'vitest';
import { platform } from '#platform';
import { hostWorker, workerOptions } from '../platform/node.js';
import { batch, place } from './engines.test.support.js';
import type { Fault } from './faultyEngine.test.support.js';
import type { Engine } from './types.js';

/** Threads of this process, where the host tells. */
export const threadCount = () => (existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0);

/** Waits until no more threads are there than `before`; the test's own time limit is the limit. */
export async function untilGone(before: number): Promise<void> {
  while (threadCount() > before) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Starts the workers as the product does, but the engine's own with `fault`; gives them as Node has them. */
export function watchWorkers(fault?: Fault): { engine: Worker[]; pool: Worker[] } {
  const started = { engine: [] as Worker[], pool: [] as Worker[] };
  vi.spyOn(platform, 'startWorker').mockImplementation(({ file }, data, transfer) => {
    const isEngine = file === 'engine/engineWorker.js';
    const faulty = isEngine && fault !== undefined;
    const url = new URL(faulty ? './faultyEngine.test.support.js' : `../${file}`, import.meta.url);
    const worker = new Worker(url, {
      ...workerOptions(faulty ? { ...(data as object), fault } : data, transfer),
      ...(fault === 'heap' ? { resourceLimits: { maxOldGenerationSizeMb: 32 } } : {}),
    });
    started[isEngine ? 'engine' : 'pool'].push(worker);
    return hostWorker(worker);
  });
  return started;
}

/** One call of each kind. */
export const pending = (engine: Engine) => [
  engine.trainStep(batch(), place),
  engine.evaluateStep(batch()),
  engine.readState(),
  engine.weightsSha256(),
];
