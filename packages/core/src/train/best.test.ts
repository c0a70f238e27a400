/** The best epoch, by the images that are held out where there are such, and the end of a run that finds no better one. */
import { describe, expect, it } from 'vitest';
import {
  type Checkpoint,
  copyOf,
  decodeCheckpoint,
  encodeCheckpoint,
  type OpenCheckpoint,
} from '../checkpoint/checkpoint.js';
import type { Batch } from '../loader/batch.js';
import { type BestEpoch, bestOf, hasWaited } from './best.js';
import { FakeSource, newRun, options, untimed } from './fakes.test.support.js';
import type { TrainRequest } from './request.js';
import { train } from './trainer.js';

/** With two images of validation, whose numbers are 7 and 8. */
class WithValidation extends FakeSource {
  async *validationBatches(): AsyncIterable<Batch> {
    for await (const batch of this.testBatches()) {
      yield { ...batch, indices: Uint32Array.from(batch.indices, (index) => index + 7) };
      return;
    }
  }
}

/** A run whose evaluations give these numbers of right answers of 100, and losses, one for each epoch. */
function runOf(judged: readonly [right: number, loss: number][], changes: Partial<TrainRequest> = {}) {
  const run = newRun(changes);
  const data = new WithValidation(run.log);
  let epoch = changes.resume?.position.epoch ?? 0;
  run.engine.evaluateStep = async ({ indices, size }) => {
    run.log.push(`evaluate [${indices}]`);
    const [right, lossSum] = judged[epoch++] as [number, number];
    return { lossSum: lossSum * size, correct: (right * size) / 100, logits: new Float32Array(2 * size), spikes: {} };
  };
  const kept: { best: BestEpoch; trained: Checkpoint }[] = [];
  const onBest = async (best: BestEpoch, trained: OpenCheckpoint) => {
    kept.push({ best, trained: await copyOf(trained) });
  };
  return { ...run, data, kept, request: { ...run.request, data, onBest, ...changes } };
}

const judged: [number, number][] = [
  [40, 2],
  [60, 2],
  [50, 1],
  [60, 1.5],
  [60, 1.5],
  [60, 1.6],
  [70, 1],
];

describe('the best epoch', () => {
  it('is that of the most right answers, then of the smallest loss, then the first', async () => {
    const { request, kept, engine } = runOf(judged.slice(0, 6), { options: options({ epochs: 6 }) });
    const weights: number[] = [];
    const onEpoch = () => void weights.push(engine.weight);
    const { best, metrics } = await train({ ...request, onEpoch });
    expect(best).toEqual({ epoch: 3, accuracy: 0.6, loss: 1.5 });
    expect(bestOf(metrics)).toEqual(best);
    expect(kept.map((one) => one.best.epoch)).toEqual([0, 1, 3]);
    for (const { best, trained } of kept) {
      expect(trained.position).toEqual({ epoch: best.epoch + 1, iteration: 0 });
      expect(trained.best).toEqual(best);
      expect(Object.keys(trained.state)).toEqual(['w']);
      expect(trained.state.w?.data).toEqual(Float32Array.of(weights[best.epoch] as number));
    }
  });

  it('is judged by the images of validation, and the test images are not read', async () => {
    const { request, log } = runOf(judged, { options: options({ epochs: 2 }) });
    const { metrics } = await train(request);
    expect(log.filter((line) => line.startsWith('evaluate'))).toEqual(['evaluate [7,8]', 'evaluate [7,8]']);
    expect(metrics.map((one) => one.judgedBy)).toEqual(['validation', 'validation']);
    const { metrics: others } = await train(newRun().request);
    expect(others.map((one) => one.judgedBy)).toEqual([undefined, undefined, undefined]);
  });

  it('is told the answers of each evaluation', async () => {
    const seen: number[][] = [];
    const onAnswers: TrainRequest['onAnswers'] = (_, { indices }) => void seen.push([...indices]);
    await train(runOf(judged, { options: options({ epochs: 2 }), onAnswers }).request);
    expect(seen).toEqual([
      [7, 8],
      [7, 8],
    ]);
  });
});

describe('patience', () => {
  const patient = { options: options({ epochs: 7, patience: 2 }) };

  it('ends a run that finds no better epoch, with a checkpoint', async () => {
    const { request, checkpoints } = runOf(judged, { ...patient, checkpointEvery: {} });
    const { finished, position, best } = await train(request);
    expect([finished, position, best?.epoch]).toEqual([true, { epoch: 6, iteration: 0 }, 3]);
    expect(checkpoints.map(({ position }) => position.epoch)).toEqual([6]);
    // Without it, the seventh epoch is the best.
    expect((await train(runOf(judged, { options: options({ epochs: 7 }) }).request)).best?.epoch).toBe(6);
  });

  it('counts over a stop: from any checkpoint the run ends where it would have', async () => {
    const whole = runOf(judged, patient);
    const expected = await train(whole.request);
    expect(whole.checkpoints).toHaveLength(6);
    for (const checkpoint of whole.checkpoints) {
      const resume = await decodeCheckpoint(await encodeCheckpoint(checkpoint));
      const rest = runOf(judged, { ...patient, resume });
      const { metrics, ...end } = await train(rest.request);
      expect(end).toEqual({ finished: true, position: expected.position, best: expected.best });
      expect(untimed(metrics)).toEqual(untimed(expected.metrics.slice(resume.position.epoch)));
    }
  });

  it('begins with the best epoch', () => {
    const best = { epoch: 3, accuracy: 1, loss: 0 };
    expect([4, 5, 6].map((next) => hasWaited(best, next, 2))).toEqual([false, false, true]);
    expect(hasWaited(best, 100, undefined)).toBe(false);
    expect(hasWaited(null, 100, 1)).toBe(false);
  });
});
