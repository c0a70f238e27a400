/** Shares of the training samples that are held out, and what a loader makes of them. */
import type { Batch } from 'kestirme';
import { describe, expect, it } from 'vitest';
import { createLoader } from '../loader/loader.js';
import { collect, tiny } from '../loader/loader.test.support.js';
import { openDataset } from './open.js';
import { sharePositions, withValidation } from './validation.js';

/** So many labels of each class, in turns while there are. */
function labelsOf(counts: readonly number[]): number[] {
  const left = [...counts];
  const labels: number[] = [];
  while (left.some((n) => n > 0)) {
    left.forEach((n, label) => {
      if (n > 0) labels.push(label);
      left[label] = n - 1;
    });
  }
  return labels;
}

function countsOf(labels: readonly number[], positions: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const position of Array.from(positions)) {
    const label = labels[position] as number;
    counts[label] = (counts[label] as number) + 1;
  }
  return counts;
}

describe('a share', () => {
  it.each([
    [[100, 100, 100], 0.1, [10, 10, 10]],
    [[100, 10, 1], 0.1, [10, 1, 0]],
    // 5 of 25: 2.6, 1.4 and 1 in proportion.
    [[13, 7, 5], 0.2, [3, 1, 1]],
    [[3, 3, 3], 0.01, [1, 0, 0]],
    [[5, 0, 5], 0.9, [5, 0, 4]],
  ])('of %j at %d is %j of the classes', (counts, share, expected) => {
    const labels = labelsOf(counts);
    const positions = sharePositions(labels, 3, { share });
    expect([...positions]).toEqual([...new Set(positions)].sort((a, b) => a - b));
    expect(countsOf(labels, positions, 3)).toEqual(expected);
  });

  it('is another with another seed, and the same with the same', () => {
    const labels = labelsOf([40, 40]);
    const of = (seed?: number) => [
      ...sharePositions(labels, 2, { share: 0.25, ...(seed === undefined ? {} : { seed }) }),
    ];
    expect(of()).toEqual(of(0));
    expect(of(1)).not.toEqual(of(0));
    expect(of(1)).toEqual(of(1));
    // Neither the first nor the last ones.
    expect(Math.max(...of(0)) - Math.min(...of(0))).toBeGreaterThan(20);
  });

  it.each([0, 1, -0.1, Number.NaN])('of %d is refused', (share) => {
    expect(() => sharePositions([0, 1], 2, { share })).toThrow('`validation.share` must be a number between 0 and 1');
  });

  it('has to leave something to train on', () => {
    expect(() => sharePositions([0, 1], 2, { share: 0.9 })).toThrow('leaves nothing of 2 training samples');
  });
});

describe('a loader', () => {
  const held = () => withValidation(tiny(), { share: 0.3 });

  it('trains on the others, and gives those held out as they are, without copying any', async () => {
    const all = tiny();
    const dataset = withValidation(all, { share: 0.3 });
    expect(dataset.train.images).toBe(all.train.images);
    expect(dataset.info).toMatchObject({ trainSize: 14, validationSize: 6, testSize: 5 });
    for (const workers of [0, 2]) {
      const loader = createLoader(dataset, { batchSize: 4, seed: 1, workers });
      expect(loader.trainBatchCount).toBe(4);
      const trained = await collect(loader.trainBatches(0));
      const judged = await collect(loader.validationBatches?.() as AsyncIterable<Batch>);
      expect(trained.map(({ size }) => size)).toEqual([4, 4, 4, 2]);
      const indices = trained.flatMap((batch) => batch.indices);
      expect(judged.flatMap((batch) => batch.indices)).toEqual([...(dataset.validation as Uint32Array)]);
      expect([...indices, ...(dataset.validation as Uint32Array)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, i) => i),
      );
      for (const batch of [...trained, ...judged]) expect(batch.labels).toEqual(batch.indices.map((i) => i % 3));
      const pixels = judged.flatMap((batch) => batch.images);
      const own = [...(dataset.validation as Uint32Array)].flatMap((i) => [
        ...all.train.images.slice(i * 32, i * 32 + 32),
      ]);
      expect(pixels).toEqual(own);
      expect((await collect(loader.testBatches())).flatMap((batch) => batch.indices)).toEqual([0, 1, 2, 3, 4]);
      await loader.close();
    }
  });

  it('has none where nothing is held out', async () => {
    const loader = createLoader(tiny(), { batchSize: 4, seed: 1, workers: 0 });
    expect(loader.validationBatches).toBeUndefined();
    await loader.close();
  });

  it('draws balanced ones from the others alone', async () => {
    const dataset = held();
    const loader = createLoader(dataset, { batchSize: 4, seed: 1, workers: 0, sampling: 'balanced' });
    for (const epoch of [0, 1, 2]) {
      const indices = (await collect(loader.trainBatches(epoch))).flatMap((batch) => batch.indices);
      expect(indices.filter((index) => dataset.validation?.includes(index))).toEqual([]);
      expect(indices).toHaveLength(14);
    }
    await loader.close();
  });

  it.each([
    [{ validation: undefined }, /validation must be a Uint32Array of 6 positions, .* got undefined/],
    [{ validation: Uint32Array.of(1, 2, 3) }, /validation must be a Uint32Array of 6 positions/],
    [
      { validation: Uint32Array.of(1, 2, 3, 4, 5, 20) },
      'validation[5] must be above the one before and below 20, got 20',
    ],
    [{ validation: Uint32Array.of(1, 2, 2, 4, 5, 6) }, 'validation[2] must be above the one before'],
  ])('refuses what is not what it should be', (change, message) => {
    expect(() => createLoader({ ...held(), ...change } as never, { batchSize: 4, seed: 1 })).toThrow(message);
  });

  it('refuses a batch of more than is trained on', () => {
    expect(() => createLoader(held(), { batchSize: 15, seed: 1 })).toThrow(
      '`batchSize` must be an integer from 1 to 14',
    );
  });
});

it('is taken of what a limit leaves, and leaves the test images', async () => {
  const limit = { train: 200, test: 30 };
  const all = await openDataset('builtin', { limit });
  const { info, validation, train, test } = await openDataset('builtin', {
    limit,
    validation: { share: 0.1, seed: 3 },
  });
  expect(info).toMatchObject({ trainSize: 180, validationSize: 20, testSize: 30 });
  expect(countsOf([...train.labels], validation as Uint32Array, 10)).toEqual(new Array(10).fill(2));
  expect([train.images, test.images]).toEqual([all.train.images, all.test.images]);
});
