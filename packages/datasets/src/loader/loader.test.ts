import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Batch } from 'kestirme';
import { expect, test } from 'vitest';
import type { Dataset } from '../sets/dataset.js';
import { openDataset } from '../sets/open.js';
import { createLoader } from './loader.js';
import { collect, copy, tiny, withLoader } from './loader.test.support.js';

test('the same batches for any number of workers and any queue', async () => {
  const run = (workers: number, queue: number) =>
    withLoader({ workers, queue }, async (loader) => [
      await collect(loader.trainBatches(2)),
      await collect(loader.testBatches()),
    ]);
  const inline = await run(0, 1);
  expect(await run(1, 4)).toEqual(inline);
  expect(await run(3, 2)).toEqual(inline);
});

test('an epoch has every image once, in its own order', async () => {
  await withLoader({ workers: 0 }, async (loader) => {
    expect(loader.trainBatchCount).toBe(7);
    const orders = [];
    for (const epoch of [0, 1]) {
      const batches = await collect(loader.trainBatches(epoch));
      expect(batches.map(({ size }) => size)).toEqual([3, 3, 3, 3, 3, 3, 2]);
      const order = batches.flatMap(({ indices }) => indices);
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(batches.flatMap(({ labels }) => labels)).toEqual(order.map((i) => i % 3));
      orders.push(order);
    }
    expect(orders[0]).not.toEqual(orders[1]);
  });
});

test('starts in the middle of an epoch', async () => {
  await withLoader({ workers: 1 }, async (loader) => {
    const whole = await collect(loader.trainBatches(3));
    expect(await collect(loader.trainBatches(3, 4))).toEqual(whole.slice(4));
    expect(await collect(loader.trainBatches(3, 7))).toEqual([]);
  });
});

test('crops and flips: every byte comes from the image or the padding', async () => {
  await withLoader({ workers: 0 }, async (loader) => {
    const seen = new Set<string>();
    for (let epoch = 0; epoch < 40; epoch++) {
      const [first] = await collect(loader.trainBatches(epoch));
      const index = first?.indices[0] as number;
      const image = first?.images.slice(0, 32) as number[];
      const own = new Set([0, ...Array.from({ length: 32 }, (_, i) => 1 + ((index * 32 + i) % 255))]);
      expect(image.every((byte) => own.has(byte))).toBe(true);
      seen.add(image.map((byte) => (byte === 0 ? '.' : 'x')).join(''));
    }
    // Nine places of the window leave nine patterns of padding; flips mirror them among themselves.
    expect(seen.size).toBe(9);
  });
});

test('frames stay in order, floats as they are, and are cropped and flipped alike, on threads as well', async () => {
  const [frames, pixels] = [3, 32];
  const split = (size: number) => ({
    // Each frame has the pixels of the first, and a number of its own.
    images: Float32Array.from({ length: size * frames * pixels }, (_, i) => {
      const [image, frame] = [Math.floor(i / (frames * pixels)), Math.floor(i / pixels) % frames];
      return 1000 * image + (i % pixels) + 1 + frame / 4;
    }),
    labels: Int32Array.from({ length: size }, (_, i) => i % 3),
    size,
  });
  const dataset: Dataset = { ...tiny(), info: { ...tiny().info, frames }, train: split(20), test: split(5) };
  const open = async (workers: number) => {
    const loader = createLoader(dataset, { batchSize: 3, seed: 7, workers });
    const [train, held] = [await collect(loader.trainBatches(1)), await collect(loader.testBatches())];
    await loader.close();
    return { train, held };
  };
  const { train, held } = await open(0);
  expect(await open(2)).toEqual({ train, held });
  expect(held.flatMap(({ images }) => images)).toEqual([...split(5).images]);
  for (const { images, indices } of train) {
    indices.forEach((index, i) => {
      const [first, ...others] = [0, 1, 2].map((t) =>
        images.slice((i * frames + t) * pixels, (i * frames + t + 1) * pixels),
      );
      expect(first?.every((x) => x === 0 || Math.floor(x / 1000) === index)).toBe(true);
      others.forEach((frame, t) => {
        expect(frame).toEqual(first?.map((x) => (x === 0 ? 0 : x + (t + 1) / 4)));
      });
    });
  }
});

test('no augmentation leaves the bytes alone', async () => {
  await withLoader({ workers: 0, augment: null }, async (loader) => {
    const { train } = tiny();
    for (const { images, indices } of await collect(loader.trainBatches(0))) {
      indices.forEach((index, i) => {
        expect(images.slice(i * 32, (i + 1) * 32)).toEqual([...train.images.subarray(index * 32, (index + 1) * 32)]);
      });
    }
  });
});

test('a batch survives the next one', async () => {
  await withLoader({ workers: 2, queue: 1 }, async (loader) => {
    let last: { batch: Batch; copy: ReturnType<typeof copy> } | null = null;
    for await (const batch of loader.trainBatches(0)) {
      if (last !== null) expect(copy(last.batch)).toEqual(last.copy);
      last = { batch, copy: copy(batch) };
    }
  });
});

test('stops early, and on a signal', async () => {
  await withLoader({ workers: 1 }, async (loader) => {
    for await (const batch of loader.trainBatches(0)) {
      expect(batch.size).toBe(3);
      break;
    }
    expect((await collect(loader.trainBatches(0))).length).toBe(7);
  });
  const controller = new AbortController();
  await withLoader({ workers: 1, signal: controller.signal }, async (loader) => {
    const iterate = async () => {
      for await (const _ of loader.trainBatches(0)) controller.abort(new Error('enough'));
    };
    await expect(iterate()).rejects.toThrow('enough');
  });
});

test('a signal ends the wait for a batch', { timeout: 10_000 }, async () => {
  const controller = new AbortController();
  await withLoader({ workers: 1, signal: controller.signal }, async (loader) => {
    // The thread has yet to start, so nothing can be filled when the signal comes.
    const first = loader.trainBatches(0)[Symbol.asyncIterator]().next();
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
  });
});

test('a closed loader rejects', async () => {
  const loader = createLoader(tiny(), { batchSize: 3, seed: 7, workers: 1 });
  await loader.close();
  await expect(collect(loader.trainBatches(0))).rejects.toThrow('the data loader is closed');
});

test('refuses sizes that make no sense', () => {
  expect(() => createLoader(tiny(), { batchSize: 21, seed: 0 })).toThrow(
    '`batchSize` must be an integer from 1 to 20, got 21',
  );
  expect(() => createLoader(tiny(), { batchSize: 2, seed: 0, workers: -1 })).toThrow('`workers` must be');
  const loader = createLoader(tiny(), { batchSize: 3, seed: 0, workers: 0 });
  for (const from of [-1, 8, 0.5])
    expect(() => loader.trainBatches(0, from)).toThrow('from must be an integer from 0 to 7');
});

/** Labels that are no array any more once they have been checked: whoever reads them then fails. */
function broken(): Dataset {
  const whole = tiny();
  const { images, labels, size } = whole.train;
  let checked = false;
  const train = {
    ...{ images, size },
    get labels() {
      if (checked) return null as unknown as Int32Array;
      checked = true;
      return labels;
    },
  };
  return { ...whole, train };
}

test("a thread's failure ends the iteration, and all that come after", { timeout: 10_000 }, async () => {
  const loader = createLoader(broken(), { batchSize: 3, seed: 7, workers: 2 });
  await expect(collect(loader.trainBatches(0))).rejects.toThrow(/a data loading thread failed: .*null/);
  await expect(collect(loader.testBatches())).rejects.toThrow('a data loading thread failed');
  await loader.close();
});

test('closing ends a waiting iteration', { timeout: 10_000 }, async () => {
  const loader = createLoader(tiny(), { batchSize: 3, seed: 7, workers: 1 });
  const ended = expect(collect(loader.trainBatches(0))).rejects.toThrow('the data loader is closed');
  await loader.close();
  await ended;
});

/** Runs a script with the package at hand; its last line, once it has ended by itself. */
async function lastLine(script: string): Promise<string | undefined> {
  const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const imports = `import { createLoader } from ${from('./loader.js')}; import { openDataset } from ${from('../sets/open.js')};`;
  const options = { timeout: 20_000 };
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', imports + script], options);
  return stdout.trim().split('\n').at(-1);
}

test('a process that forgets to close ends by itself, but not before its batches are there', {
  timeout: 30_000,
}, async () => {
  const script = `
    const data = await openDataset('builtin', { limit: { train: 100, test: 10 } });
    const loader = createLoader(data, { batchSize: 10, seed: 0, workers: 2 });
    let batches = 0;
    for await (const batch of loader.trainBatches(0)) batches++;
    for await (const batch of loader.trainBatches(1)) break;
    console.log(batches);`;
  expect(await lastLine(script)).toBe('10');
});

test('a process that waits for a loader to close gets past it', { timeout: 30_000 }, async () => {
  const script = `
    const data = await openDataset('builtin', { limit: { train: 100, test: 10 } });
    const loader = createLoader(data, { batchSize: 10, seed: 0, workers: 3 });
    for await (const batch of loader.trainBatches(0));
    await loader.close();
    console.log('closed');`;
  expect(await lastLine(script)).toBe('closed');
});

test('a process one of whose threads fails ends by itself', { timeout: 30_000 }, async () => {
  const script = `
    const data = await openDataset('builtin', { limit: { train: 100, test: 10 } });
    const { images, labels, size } = data.train;
    const seen = [null, labels];
    const train = { images, size, get labels() { return seen.pop(); } };
    const loader = createLoader({ ...data, train }, { batchSize: 100, seed: 0, workers: 3 });
    try { for await (const batch of loader.trainBatches(0)); } catch (error) { console.log(error.message); }`;
  expect(await lastLine(script)).toMatch(/^a data loading thread failed/);
});

test('the digits that come with the package', async () => {
  const { info, train, test: held } = await openDataset('builtin');
  expect([train.size, held.size, info.width, info.channels]).toEqual([6000, 1000, 32, 1]);
  const perClass = new Array<number>(10).fill(0);
  for (const label of train.labels) perClass[label] = (perClass[label] as number) + 1;
  expect(perClass).toEqual(new Array(10).fill(600));
  const sum = train.images.reduce((total, byte) => total + byte, 0) / 255;
  const squares = train.images.reduce((total, byte) => total + (byte / 255) ** 2, 0);
  const count = train.images.length;
  expect(sum / count).toBeCloseTo(info.mean[0] as number, 3);
  expect(Math.sqrt(squares / count - (sum / count) ** 2)).toBeCloseTo(info.std[0] as number, 3);
});
