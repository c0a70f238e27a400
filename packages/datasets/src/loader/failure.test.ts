/** Loaders whose threads fail or that are cancelled: whoever waits hears of it, and no thread is left. */
import { existsSync, readdirSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { createEngine, defaultTrainingOptions, NetworkBuilder, train } from 'kestirme';
import { expect, test } from 'vitest';
import { openDataset } from '../sets/open.js';
import { createLoader } from './loader.js';

const threadCount = () => (existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0);

async function untilGone(before: number): Promise<void> {
  while (threadCount() > before) await new Promise((resolve) => setTimeout(resolve, 5));
}

const dataset = await openDataset('builtin', { limit: { train: 200, test: 20 } });

/** The threads that `start` starts, as Node has them. */
async function threadsOf<T>(start: () => T): Promise<{ made: T; threads: Worker[] }> {
  const threads: Worker[] = [];
  const listener = (worker: Worker) => void threads.push(worker);
  process.on('worker', listener);
  const made = start();
  // Node tells of a worker in the next turn.
  await new Promise((resolve) => setTimeout(resolve));
  process.off('worker', listener);
  return { made, threads };
}

test('a thread that is ended from outside ends a training, and the threads beside it', async () => {
  const engine = await createEngine({ threads: 2 });
  const before = threadCount();
  const { made: data, threads } = await threadsOf(() => createLoader(dataset, { batchSize: 10, seed: 0, workers: 3 }));
  expect(threads).toHaveLength(3);
  const network = new NetworkBuilder({ input: dataset.info, timeSteps: 1, classes: 10 })
    .conv2d({ outChannels: 4, kernel: 3 })
    .lif()
    .build({});
  const lambda = { preset: 'vanilla', ramp: 'linear', per: 'epoch', start: 1 } as const;
  const options = defaultTrainingOptions({ epochs: 100, batchSize: 10, lambda });
  let steps = 0;
  const onStep = () => {
    if (++steps === 7) void threads[1]?.terminate();
  };
  const training = train({ engine, network, data, options, onStep });
  await expect(training).rejects.toThrow('a data loading thread ended with code 1');
  await untilGone(before);
  await expect(engine.weightsSha256()).resolves.toHaveLength(64);
  await data.close();
  await engine.close();
});

test('threads run the script that lies where the program says, and say which option is wrong', async () => {
  const { href } = new URL('../worker.js', import.meta.url);
  const loader = createLoader(dataset, { batchSize: 200, seed: 0, workers: 2, workerUrl: href });
  for await (const { size } of loader.testBatches()) expect(size).toBe(20);
  await loader.close();
  const away = () => createLoader(dataset, { batchSize: 200, seed: 0, workerUrl: `${href}.away` });
  expect(away).toThrow(`${href}.away: no such file; createLoader({ workerUrl }) says that it lies there; `);
  const wrong = () => createLoader(dataset, { batchSize: 200, seed: 0, workerUrl: 1 as never });
  expect(wrong).toThrow('`workerUrl` must be a URL or a string, got 1');
  const dataUrl = new URL('./away', import.meta.url);
  await expect(openDataset('builtin', { dataUrl })).rejects.toThrow(
    `${dataUrl}/train-images-idx3-ubyte.gz: no such file; openDataset({ dataUrl }) says that it lies there; `,
  );
});

test('a signal ends the threads without close', async () => {
  const before = threadCount();
  const controller = new AbortController();
  const loader = createLoader(dataset, { batchSize: 10, seed: 0, workers: 2, signal: controller.signal });
  const batches = loader.trainBatches(0)[Symbol.asyncIterator]();
  await batches.next();
  controller.abort();
  await expect(batches.next()).rejects.toBe(controller.signal.reason);
  await expect(loader.testBatches()[Symbol.asyncIterator]().next()).rejects.toBe(controller.signal.reason);
  await untilGone(before);
  expect(() => createLoader(dataset, { batchSize: 10, seed: 0, signal: controller.signal })).toThrow('aborted');
});

test('a signal ends the opening of a data set', async () => {
  const controller = new AbortController();
  const opening = openDataset('builtin', { signal: controller.signal });
  controller.abort();
  await expect(opening).rejects.toBe(controller.signal.reason);
  await expect(openDataset('builtin', { signal: controller.signal })).rejects.toBe(controller.signal.reason);
});
