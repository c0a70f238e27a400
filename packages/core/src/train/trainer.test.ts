import { describe, expect, it } from 'vitest';
import { type Checkpoint, CheckpointError, decodeCheckpoint, encodeCheckpoint } from '../checkpoint/checkpoint.js';
import type { Batch } from '../loader/batch.js';
import { evaluate } from './evaluate.js';
import { FakeEngine, FakeSource, network, newRun, options, untimed } from './fakes.test.support.js';
import type { CheckpointInterval } from './interval.js';
import type { TrainRequest } from './request.js';
import { train } from './trainer.js';
import { TrainingError } from './trainingError.js';
import { OptionsError } from './validateOptions.js';

describe('train', () => {
  it('walks epochs, batches and evaluations in order', async () => {
    const { engine, data, log, request, checkpoints } = newRun({ options: options({ epochs: 2 }) });
    const { finished, position, metrics } = await train(request);
    expect(finished).toBe(true);
    expect(position).toEqual({ epoch: 2, iteration: 0 });
    expect(log.filter((line) => !line.startsWith('fetch')).slice(0, 8)).toEqual([
      ...['step 0.0 [0,1]', 'step 0.1 [2,3]', 'step 0.2 [4,5]', 'step 0.3 [6,7]', 'step 0.4 [8]'],
      ...['evaluate [0,1]', 'evaluate [2,3]', 'step 1.0 [1,2]'],
    ]);
    expect(engine.positions).toHaveLength(10);
    expect(engine.positions.map((p) => p.probe).slice(0, 5)).toEqual([true, true, true, true, false]);
    expect(data.closed).toBe(2);
    expect(metrics.map((m) => m.epoch)).toEqual([0, 1]);
    expect(metrics[0]).toMatchObject({ lambda: 1, trainAccuracy: 1, trainAccuracyMain: 5 / 9, testAccuracy: 0.5 });
    expect(metrics[0]?.firingRates).toEqual({ lif: 0.25 });
    expect(metrics[0]?.gradients.taps.stage1?.histogram.positive).toEqual([2]);
    expect(checkpoints.map((c) => [c.position, c.sums])).toEqual([
      [{ epoch: 1, iteration: 0 }, null],
      [{ epoch: 2, iteration: 0 }, null],
    ]);
  });

  it('fetches one batch ahead and no more', async () => {
    const { log, request } = newRun({ options: options({ epochs: 1 }) });
    await train(request);
    for (let i = 0; i < 5; i++) {
      const done = log.slice(0, log.indexOf(log.find((line) => line.startsWith(`step 0.${i}`)) as string));
      expect(done.filter((line) => line.startsWith('fetch'))).toHaveLength(Math.min(i + 2, 5));
    }
  });

  it('measures training alone', async () => {
    const timings: { evaluationSeconds: number }[] = [];
    const { request } = newRun({ options: options({ epochs: 1 }), onEpoch: (_, timing) => void timings.push(timing) });
    const { metrics } = await train(request);
    // The clock moves one second a reading: each of 5 steps lasts 2, and waits 1 for its 1 or 2 images.
    expect(metrics[0]).toMatchObject({ seconds: 10, imagesPerSecond: 0.9, waitShare: 0.5 });
    expect(timings).toEqual([{ evaluationSeconds: 1 }]);
  });

  it('gives the same bits when resumed at any step, through a file', async () => {
    const whole = newRun({ checkpointEvery: { steps: 1 } });
    const expected = await train(whole.request);
    expect(whole.checkpoints).toHaveLength(3 * 5);
    for (const checkpoint of whole.checkpoints) {
      const resume = await decodeCheckpoint(await encodeCheckpoint(checkpoint));
      const rest = newRun({ resume });
      const result = await train(rest.request);
      expect(rest.engine.weight).toBe(whole.engine.weight);
      expect(untimed(result.metrics)).toEqual(untimed(expected.metrics.slice(resume.position.epoch)));
      expect(rest.engine.positions).toEqual(whole.engine.positions.slice(15 - rest.engine.positions.length));
    }
  });

  it('goes on with the mean and deviation that it began with, which another version sums in another order', async () => {
    const { request, checkpoints } = newRun({ checkpointEvery: { steps: 3 } });
    await train(request);
    const before = { mean: [0.5 + 2 ** -52], std: [0.25 - 2 ** -54] };
    const second = newRun({ resume: { ...(checkpoints[0] as Checkpoint), ...before } });
    await train(second.request);
    expect(second.engine.normalisations).toEqual([before]);
    expect(second.checkpoints.at(-1)).toMatchObject(before);
  });

  it.each<[CheckpointInterval, string]>([
    [{ epochs: 1 }, '1.0 2.0 3.0'],
    [{ epochs: 2 }, '2.0 3.0'],
    [{ steps: 4 }, '0.4 1.3 2.2 3.0'],
    [{ steps: 5 }, '1.0 2.0 3.0'],
    [{ steps: 100 }, '3.0'],
    [{}, '3.0'],
    // The clock moves one second a reading, of which there are four a step: three around it and one for this.
    [{ seconds: 11 }, '0.3 1.1 1.4 2.2 3.0'],
    [{ seconds: 1e9, epochs: 2, steps: 7 }, '1.2 2.0 2.4 3.0'],
  ])('takes checkpoints at %j: %s', async (checkpointEvery, expected) => {
    const { request, checkpoints } = newRun({ checkpointEvery });
    await train(request);
    expect(checkpoints.map(({ position }) => `${position.epoch}.${position.iteration}`).join(' ')).toBe(expected);
  });

  it('stops after the step under way, wherever that is, and goes on from there', async () => {
    const whole = newRun();
    const expected = await train(whole.request);
    for (let stopAt = 1; stopAt <= 15; stopAt++) {
      const controller = new AbortController();
      let steps = 0;
      const onStep = () => {
        if (++steps === stopAt) controller.abort();
      };
      const first = newRun({ signal: controller.signal, onStep });
      const stopped = await train(first.request);
      expect(stopped.finished).toBe(false);
      expect(first.engine.positions).toHaveLength(stopAt);
      const resume = first.checkpoints.at(-1) as Checkpoint;
      expect(resume.position).toEqual(stopped.position);
      expect(resume.position).toEqual({ epoch: Math.floor((stopAt - 1) / 5), iteration: ((stopAt - 1) % 5) + 1 });
      const second = newRun({ resume });
      const result = await train(second.request);
      expect(untimed([...stopped.metrics, ...result.metrics])).toEqual(untimed(expected.metrics));
      expect(second.engine.weight).toBe(whole.engine.weight);
    }
  });

  it('stops before the first step and between epochs', async () => {
    const before = newRun({ signal: AbortSignal.abort() });
    expect(await train(before.request)).toEqual({
      ...{ finished: false, position: { epoch: 0, iteration: 0 }, metrics: [], best: null },
    });
    expect(before.engine.positions).toHaveLength(0);
    expect(before.checkpoints).toHaveLength(1);
    const controller = new AbortController();
    const between = newRun({ signal: controller.signal, onEpoch: () => controller.abort() });
    const stopped = await train(between.request);
    expect(stopped).toMatchObject({ finished: false, position: { epoch: 1, iteration: 0 } });
    expect(between.checkpoints).toHaveLength(1);
  });

  it('ends with the place and the images when a number is not finite', async () => {
    const { engine, data, request, checkpoints } = newRun();
    engine.failAt = 7;
    const failure = await train(request).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TrainingError);
    expect(failure).toMatchObject({ epoch: 1, iteration: 2, indices: [5, 6] });
    expect((failure as Error).message).toContain(
      'epoch 2, step 3, images 5, 6: the loss is NaN. The last good checkpoint stands before epoch 2, step 1.',
    );
    expect(checkpoints).toHaveLength(1);
    expect(data.closed).toBe(2);
  });

  it("passes a user's weights on", async () => {
    const seen = newRun({ userHeadWeights: ({ epoch, epochs, iteration }) => [epoch / epochs, iteration] });
    const { metrics } = await train(seen.request);
    expect(seen.engine.positions[7]?.headWeights).toEqual([1 / 3, 2]);
    expect(metrics[2]).toMatchObject({ lambda: 2 / 3, headWeights: [2 / 3, 0] });
    await expect(train(newRun({ userHeadWeights: () => [1] }).request)).rejects.toThrow('must return 2 numbers');
  });
});

describe('what train refuses', () => {
  it('options, data and counts that do not fit', async () => {
    await expect(train(newRun({ options: options({ lr: 0 }) }).request)).rejects.toThrow(OptionsError);
    await expect(train(newRun({ checkpointEvery: { steps: 0 } }).request)).rejects.toThrow(
      '`checkpointEvery.steps` must be a whole number above 0, got 0',
    );
    const classes = newRun({ network: { ...network, classes: 10 } });
    await expect(train(classes.request)).rejects.toThrow(
      "network 'fake' expects 10 classes, data set 'fake data' has 2",
    );
    const uneven = newRun();
    uneven.data.trainBatchCount = 6;
    await expect(train(uneven.request)).rejects.toThrow('epoch 0, step 4: a batch of 1, but `batchSize` is 2');
    await expect(train(newRun({ options: options({ batchSize: 1 }) }).request)).rejects.toThrow(
      'epoch 0, step 0: a batch of 2, but `batchSize` is 1',
    );
    for (const [count, got] of [
      [5, '4'],
      [4, 'more'],
    ] as const) {
      const run = newRun();
      if (got === '4') run.data.lastBatch = 4;
      run.data.trainBatchCount = count;
      await expect(train(run.request)).rejects.toThrow(
        `has ${count} training batches an epoch, but epoch 0 gave ${got}`,
      );
    }
  });

  it("a checkpoint that is another run's", async () => {
    const { request, checkpoints } = newRun({ checkpointEvery: { steps: 3 } });
    await train(request);
    const resume = checkpoints[0] as Checkpoint;
    const refused = (changes: Partial<TrainRequest>) => expect(train(newRun({ resume, ...changes }).request)).rejects;
    await refused({ options: options({ lr: 0.2 }) }).toThrow('`lr` is 0.1 in the checkpoint and 0.2 here');
    await refused({ network: { ...network, timeSteps: 2 } }).toThrow(
      '`network.timeSteps` is 1 in the checkpoint and 2 here',
    );
    await refused({ resume: { ...resume, mean: [0.5000001] } }).toThrow(
      '`mean.0` is 0.5000001 in the checkpoint and 0.5',
    );
    await refused({ resume: { ...resume, position: { epoch: 0, iteration: 9 } } }).toThrow(CheckpointError);
    await refused({ resume: { ...resume, sums: null } }).toThrow(
      'stands after 0 epochs and 3 steps, but its sums are none',
    );
  });
});

describe('evaluate', () => {
  it('adds up all test batches, and stops when told', async () => {
    const engine = new FakeEngine();
    await engine.load();
    const data = new FakeSource();
    expect(await evaluate({ engine, data })).toMatchObject({ images: 4, correct: 2, accuracy: 0.5, loss: 0.5 });
    const controller = new AbortController();
    const onBatch = () => controller.abort(new Error('enough'));
    await expect(evaluate({ engine, data, signal: controller.signal, onBatch })).rejects.toThrow('enough');
  });
});

describe('a signal', () => {
  /** Gives `count` batches, says so, and then keeps everybody waiting. */
  class StuckSource extends FakeSource {
    constructor(
      readonly count: number,
      readonly onStuck = () => {},
    ) {
      super();
    }
    #stuck(): Promise<never> {
      this.onStuck();
      return new Promise(() => {});
    }
    override async *trainBatches(epoch: number, from = 0): AsyncIterable<Batch> {
      let given = from;
      for await (const batch of super.trainBatches(epoch, from)) {
        if (given++ === this.count) await this.#stuck();
        yield batch;
      }
    }
    override async *testBatches(): AsyncIterable<Batch> {
      yield this.#stuck();
    }
  }

  it.each([0, 3, 5])('ends a training that waits for data after %i steps, with a checkpoint', async (count) => {
    const controller = new AbortController();
    const data = new StuckSource(count, () => setTimeout(() => controller.abort()));
    const run = newRun({ data, signal: controller.signal });
    expect(await train(run.request)).toMatchObject({ finished: false, position: { epoch: 0, iteration: count } });
    expect(run.checkpoints.at(-1)?.position).toEqual({ epoch: 0, iteration: count });
  });

  it('is not needed where the engine fails while the data does not come', async () => {
    const run = newRun({ data: new StuckSource(1) });
    run.engine.trainStep = () => Promise.reject(new Error('lost'));
    await expect(train(run.request)).rejects.toThrow('lost');
  });

  it('ends an evaluation that waits for data or for the engine', async () => {
    const engine = new FakeEngine();
    await engine.load();
    const stuck = new FakeEngine();
    stuck.evaluateStep = () => new Promise(() => {});
    for (const request of [
      { engine, data: new StuckSource(0) },
      { engine: stuck, data: new FakeSource() },
    ]) {
      const controller = new AbortController();
      const evaluation = evaluate({ ...request, signal: controller.signal });
      const reason = new Error('enough');
      setTimeout(() => controller.abort(reason), 10);
      await expect(evaluation).rejects.toBe(reason);
    }
  });
});
