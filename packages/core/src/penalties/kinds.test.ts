/** Penalties on top of a loss: they work, are told as a part of it, and are held to finite loss and equal bits. */
import { expect, it, test } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { batch, place } from '../engine/engines.test.support.js';
import { usualOptions } from '../fields/field.js';
import { defaultLambda } from '../lambda/schedule.js';
import type { LossSpec } from '../losses/index.js';
import { allocator } from '../memory/allocator.test.support.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NetworkSpec } from '../network/spec.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions, trainingOptionsProblems } from '../train/validateOptions.js';
import { type PenaltySpec, penalties } from './index.js';

/** Neurons with a head and without, and with padded channels. */
const network = new NetworkBuilder({ input: { channels: 3, height: 16, width: 16 }, timeSteps: 3, classes: 4 })
  .conv2d({ outChannels: 10, kernel: 3, stride: 2, padding: 1 })
  .norm()
  .lif()
  .tap('early')
  .conv2d({ outChannels: 6, kernel: 3, padding: 1 })
  .norm()
  .lif()
  .conv2d({ outChannels: 12, kernel: 3, padding: 1 })
  .norm()
  .lif()
  .build({ heads: ['early'] });

async function train(threads: number, changes: Partial<TrainingOptions>, steps = 3) {
  const engine = await createInlineEngine(threads === 1 ? { build: 'single' } : { threads });
  try {
    const training = defaultTrainingOptions({ batchSize: 16, lambda: defaultLambda('sbp'), lr: 0.05, ...changes });
    const plan = await engine.load({ network, training, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
    const given = await allocator();
    const before = given.allocations;
    const losses: number[] = [];
    for (let iteration = 0; iteration < steps; iteration++) {
      losses.push(
        (await engine.trainStep(batch(0), { ...place, iteration, iterationsPerEpoch: steps, headWeights: [1, 1] }))
          .loss,
      );
    }
    expect(given.allocations - before).toBe(0);
    const { spikes, lossSum } = await engine.evaluateStep(batch(0));
    const rates = Object.values(spikes).map(({ fired, total }) => fired / total);
    return { losses, rates, lossSum, bytes: plan.totalBytes, weights: await engine.weightsSha256() };
  } finally {
    await engine.close();
  }
}

const usual = penalties.map(({ name, options }) => ({ kind: name, ...usualOptions(options) }) as PenaltySpec);
const losses: LossSpec[] = [{ kind: 'cross-entropy' }, { kind: 'tet', lambda: 0.05, phi: 1 }];

it.each(usual.flatMap((penalty) => losses.map((loss) => ({ penalty, loss }))))(
  '$penalty.kind with $loss.kind trains, to the same bits on one thread and on three',
  async (changes) => {
    const alone = await train(1, changes);
    expect(alone.losses.every(Number.isFinite)).toBe(true);
    expect({ ...(await train(3, changes)), bytes: 0 }).toEqual({ ...alone, bytes: 0 });
    const without = await train(1, { loss: changes.loss });
    expect(alone.weights).not.toBe(without.weights);
    // It stands on top of the loss, in training alone.
    expect(alone.losses[0]).toBeGreaterThan(without.losses[0] as number);
  },
);

test('firing rates go to their target', async () => {
  const penalty = { kind: 'firing-rate', strength: 300, target: 0.05 } as const;
  const { losses, rates } = await train(1, { penalty, lr: 0.02 }, 30);
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 4);
  const before = await train(1, { lr: 0.02 }, 30);
  const far = (some: number[]) => some.map((rate) => Math.abs(rate - 0.05));
  far(rates).forEach((distance, layer) => {
    expect(distance).toBeLessThan(far(before.rates)[layer] as number);
  });
});

test('a penalty without strength changes no bit of the weights', async () => {
  const { weights, losses } = await train(1, { penalty: { kind: 'firing-rate', strength: 0, target: 0.1 } });
  const without = await train(1, {});
  expect({ weights, losses }).toEqual({ weights: without.weights, losses: without.losses });
});

test('an evaluation has no penalty, nor has the memory of an inference', async () => {
  const engine = await createInlineEngine({ build: 'single' });
  const plans = [];
  const sums = [];
  for (const penalty of [undefined, { kind: 'firing-rate', strength: 5, target: 0 } as const]) {
    const training = defaultTrainingOptions({
      ...{ batchSize: 16, lambda: defaultLambda('sbp') },
      ...(penalty === undefined ? {} : { penalty }),
    });
    const request = { network, training, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    await engine.load(request);
    sums.push((await engine.evaluateStep(batch(0))).lossSum);
    plans.push((await engine.load({ ...request, inference: true })).totalBytes);
  }
  expect(sums[1]).toBe(sums[0]);
  expect(plans[1]).toBe(plans[0]);
  await engine.close();
});

it.each<[unknown, string]>([
  [{ kind: 'l1' }, '`penalty.kind` must be one of firing-rate'],
  [null, '`penalty.kind` must be one of firing-rate'],
  [{ kind: 'firing-rate', strength: -1, target: 0.1 }, '`penalty.strength` must be a number from 0 to 1000000, got -1'],
  [{ kind: 'firing-rate', strength: 1 }, '`penalty.target` must be a number from 0 to 1, got undefined'],
  [{ kind: 'firing-rate', strength: 1, target: 0.1, layers: 2 }, '`penalty.layers` is not an option'],
])('%j is refused', (penalty, problem) => {
  const problems = trainingOptionsProblems(defaultTrainingOptions({ penalty: penalty as PenaltySpec }));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(problem);
});

test('neurons that fire other numbers than 0 and 1 have no rate to be penalised', async () => {
  const engine = await createInlineEngine({ build: 'single' });
  try {
    const layers = network.layers.map((layer) => {
      return layer.type === 'lif' ? { ...layer, neuron: { ...layer.neuron, kind: 'ternary' as const } } : layer;
    });
    const training = defaultTrainingOptions({ batchSize: 16, penalty: usual[0] as PenaltySpec });
    const request = { network: { ...network, layers } as NetworkSpec, training, mean: [0, 0, 0], std: [1, 1, 1] };
    await expect(engine.load(request)).rejects.toThrow(
      'a firing rate is of spikes 0 and 1, but the neurons of lif1 fire',
    );
  } finally {
    await engine.close();
  }
});
