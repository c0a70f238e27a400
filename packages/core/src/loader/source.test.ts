/** Data of a program's own that are no loader's: what train and evaluate refuse before the first step. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../train/evaluate.js';
import { FakeEngine, FakeSource, newRun } from '../train/fakes.test.support.js';
import { train } from '../train/trainer.js';
import type { BatchSource } from './batch.js';

describe('train refuses', () => {
  it.each<[object, string]>([
    [{ name: 5 }, 'data.info.name must be text, got 5'],
    [{ channels: '1' }, 'data.info.channels must be a whole number from 1 up, got "1"'],
    [{ height: Number.NaN }, 'data.info.height must be a whole number from 1 up, got NaN'],
    [{ classes: 3 }, 'data.info.classNames must be a list of 3, one for each class, got a list of 2'],
    [{ classes: 3, classNames: ['a', 'b', 'c'] }, "expects 2 classes, data set 'fake data' has 3"],
    [{ trainSize: 0 }, 'data.info.trainSize must be a whole number from 1 up, got 0'],
    [{ testSize: 0 }, 'data.info.testSize must be a whole number from 1 up, got 0'],
    [{ mean: [] }, 'data.info.mean must be a list of 1, one for each channel, got a list of 0'],
    [{ mean: [33.3] }, 'data.info.mean[0] must be a number from 0 to 1, got 33.3: pixels count as 0 to 1'],
    [{ std: [-1] }, 'data.info.std[0] must be a number above 0 and at most 1, got -1'],
    [{ std: new Float32Array(1) }, 'data.info.std must be a list of 1, one for each channel, got a Float32Array of 1'],
  ])('%j', async (changes, message) => {
    const run = newRun();
    const data: BatchSource = Object.assign(new FakeSource(), { info: { ...run.data.info, ...changes } });
    await expect(train({ ...run.request, data })).rejects.toThrow(message);
    expect(run.log).toEqual([]);
  });

  it('a number of batches that is none, and what gives no batches', async () => {
    for (const count of [0, 1.5, undefined]) {
      const run = newRun();
      run.data.trainBatchCount = count as number;
      await expect(train(run.request)).rejects.toThrow('data.trainBatchCount must be a whole number from 1 up, got');
    }
    for (const [data, got] of [
      [{ info: {}, train: {}, test: {} }, 'an Object without trainBatches'],
      [undefined, 'undefined without trainBatches'],
      [{ trainBatches: () => [] }, 'an Object without testBatches'],
    ] as const) {
      const { request } = newRun({ data: data as never });
      await expect(train(request)).rejects.toThrow(
        `data must be what createLoader makes of a data set, or a BatchSource`,
      );
      await expect(train(request)).rejects.toThrow(got);
    }
  });
});

it('evaluate refuses what gives no test images', async () => {
  await expect(evaluate({ engine: new FakeEngine(), data: {} as never })).rejects.toThrow(
    'an Object without testBatches',
  );
});
