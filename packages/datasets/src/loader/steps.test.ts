/** What is done to samples, by whom and when: the batches do not tell. */
import { expect, test } from 'vitest';
import { createLoader } from './loader.js';
import { collect, tiny, withLoader } from './loader.test.support.js';

test('steps: the same as crop and flip, and what a step lacks is as usual', async () => {
  const steps = [{ kind: 'crop', padding: 1 }, { kind: 'flip' }] as const;
  const [a, b] = await Promise.all(
    [undefined, steps].map((augment) =>
      withLoader(augment === undefined ? {} : { augment }, (loader) => collect(loader.trainBatches(1))),
    ),
  );
  expect(b).toEqual(a);
  expect(() => createLoader(tiny(), { batchSize: 3, seed: 0, augment: [{ kind: 'crob' }] as never })).toThrow(
    'kind` must be one of crop',
  );
});

test('samples of other sizes than the info has are refused by name', async () => {
  const { info, ...rest } = tiny();
  const { images, labels, size } = rest.train;
  const source = { kind: 'memory', pixels: images, frames: 1, height: 2, width: 8, channels: 2 } as const;
  const loader = createLoader(
    { ...rest, info, train: { source, labels, size } },
    { batchSize: 3, seed: 0, workers: 0 },
  );
  await expect(collect(loader.trainBatches(0))).rejects.toThrow(
    /^sample train\[\d+\] has bytes \[1, 2, 8, 2\], and the data set's info says bytes \[1, 4, 4, 2\]/,
  );
});

test('an epoch that follows another is begun before it is asked for, and is the same', async () => {
  await withLoader({ workers: 1 }, async (loader) => {
    const epochs: unknown[] = [];
    for (const epoch of [0, 1, 3]) {
      epochs.push(await collect(loader.trainBatches(epoch)));
      await collect(loader.testBatches());
    }
    await withLoader({ workers: 0 }, async (inline) => {
      for (const [i, epoch] of [0, 1, 3].entries())
        expect(epochs[i]).toEqual(await collect(inline.trainBatches(epoch)));
    });
  });
});
