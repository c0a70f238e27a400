/** Batches of mixtures: both labels count by their shares, whatever the loss, part by part as well. */
import { expect, it, test } from 'vitest';
import { createEngine, createInlineEngine } from '../engine/createEngine.js';
import { batch as batchOf, place } from '../engine/engines.test.support.js';
import { defaultLambda } from '../lambda/schedule.js';
import type { Batch, Mix } from '../loader/batch.js';
import { NetworkBuilder } from '../network/builder.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';

const network = new NetworkBuilder({ input: { channels: 3, height: 16, width: 16 }, timeSteps: 2, classes: 4 })
  .conv2d({ outChannels: 8, kernel: 3, stride: 2, padding: 1 })
  .batchNorm()
  .lif()
  .tap('early')
  .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
  .batchNorm()
  .lif()
  .build({ heads: ['early'] });

const plain = batchOf(0);
const others = plain.labels.map((label, i) => (label + 1 + (i % 3)) % 4);
const mixed = (share: number): Batch => ({
  ...plain,
  mix: { labels: others, share: new Float32Array(16).fill(share) },
});

/** One step, whose momentum is the gradient. */
async function step(batch: Batch, changes: Partial<TrainingOptions> = {}, threads = 1) {
  const engine = await (threads === 1 ? createInlineEngine({ build: 'single' }) : createEngine({ threads }));
  try {
    const training = defaultTrainingOptions({
      batchSize: 16,
      lambda: defaultLambda('sbp'),
      optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 },
      ...changes,
    });
    await engine.load({ network, training, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
    const { loss, correct } = await engine.trainStep(batch, { ...place, headWeights: [0.5, 0.5] });
    const state = await engine.readState();
    const momentum = Object.entries(state).filter(([name]) => name.startsWith('optimizer.momentum.'));
    return {
      loss,
      correct,
      gradients: momentum.flatMap(([, { data }]) => [...data]),
      weights: await engine.weightsSha256(),
    };
  } finally {
    await engine.close();
  }
}

const losses: Partial<TrainingOptions>[] = [
  {},
  { combine: 'losses', labelSmoothing: 0.1 },
  { loss: { kind: 'tet', lambda: 0.05, phi: 1 }, microBatch: 6 },
];

it.each(losses)('%j: loss and gradients are those of both labels, by their shares', async (changes) => {
  const [own, other] = [await step(plain, changes), await step({ ...plain, labels: others }, changes)];
  const both = await step(mixed(0.25), changes);
  expect(both.loss).toBeCloseTo(0.75 * own.loss + 0.25 * other.loss, 7);
  expect(both.correct).toBe(own.correct);
  const largest = Math.max(...both.gradients.map(Math.abs));
  both.gradients.forEach((gradient, i) => {
    const want = 0.75 * (own.gradients[i] as number) + 0.25 * (other.gradients[i] as number);
    expect(Math.abs(gradient - want) / largest).toBeLessThan(1e-5);
  });
  expect(await step(mixed(0.25), changes, 3)).toEqual(both);
});

test('a mixture without share has the bits of no mixture', async () => {
  const changes = { loss: { kind: 'mse', correct: 1, incorrect: 0 }, labelSmoothing: 0.1 } as const;
  expect(await step(mixed(0), changes)).toEqual(await step(plain, changes));
});

it.each<[Partial<Record<keyof Mix, unknown>>, string]>([
  [{ labels: others.subarray(1) }, 'the batch has a mix of 15 labels and 16 shares for 16 images'],
  [{ labels: others.with(2, 4) }, 'image 2 has the label 4, the network knows classes 0 to 3'],
  [{ labels: [...others] }, "a batch's mix.labels must be of type Int32Array, got a list of 16"],
  [{ share: new Float32Array(16).fill(2) }, "a batch's mix.share[0] must be a number from 0 to 1, got 2"],
  [{ share: new Float32Array(16).fill(Number.NaN) }, "a batch's mix.share[0] must be a number from 0 to 1, got NaN"],
])('%j is refused', async (changes, message) => {
  const mix = { labels: others, share: new Float32Array(16), ...changes } as Mix;
  await expect(step({ ...plain, mix })).rejects.toThrow(message);
});
