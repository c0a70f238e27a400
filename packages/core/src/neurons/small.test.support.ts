// What the tests of neurons train: three layers of them on sixteen small images.
import { expect } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { batch, place } from '../engine/engines.test.support.js';
import type { State } from '../engine/types.js';
import { defaultLambda } from '../lambda/schedule.js';
import { allocator } from '../memory/allocator.test.support.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NetworkSpec, NeuronSettings, NormSettings } from '../network/spec.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';

/** A residual of spikes, a pooling and a head before the last layer: everyone who reads a layer's active neurons. */
export function network(neuron: NeuronSettings, norm: NormSettings = {}): NetworkSpec {
  const input = { channels: 3, height: 16, width: 16 };
  return new NetworkBuilder({ input, timeSteps: 3, classes: 4, neuron, norm })
    .conv2d({ outChannels: 10, kernel: 3, stride: 2, padding: 1 })
    .norm()
    .lif()
    .tap('early')
    .conv2d({ outChannels: 10, kernel: 3, padding: 1 })
    .norm()
    .add({ with: 'lif1' })
    .lif()
    .maxPool({ kernel: 2 })
    .conv2d({ outChannels: 12, kernel: 3, padding: 1 })
    .norm()
    .lif()
    .build({ heads: ['early'] });
}

/**
 * The steps from `first` to `steps`, from the initial state or from what of it is given, in which nothing is allocated
 * beyond what the load did.
 */
export async function train(
  neuron: NeuronSettings,
  threads: number,
  start: State = {},
  steps = 3,
  norm: NormSettings = {},
  changes: Partial<TrainingOptions> = {},
  spec = network(neuron, norm),
  first = 0,
) {
  const engine = await createInlineEngine(threads === 1 ? { build: 'single' } : { threads });
  try {
    const training = defaultTrainingOptions({ batchSize: 16, lambda: defaultLambda('sbp'), ...changes });
    const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    const plan = await engine.load({ network: spec, training, ...statistics });
    const given = await allocator();
    const before = given.allocations;
    const losses: number[] = [];
    await engine.writeState({ ...(await engine.readState()), ...start });
    for (let iteration = first; iteration < steps; iteration++) {
      losses.push((await engine.trainStep(batch(iteration), { ...place, iteration, headWeights: [1, 1] })).loss);
    }
    expect(given.allocations - before).toBe(0);
    const parameters = await engine.readState();
    return { plan, losses, parameters, weights: await engine.weightsSha256() };
  } finally {
    await engine.close();
  }
}

/** The weights after a first step on the same images from the same state, time after time on one engine. */
export async function again(neuron: NeuronSettings, iterations: readonly number[]): Promise<string[]> {
  const engine = await createInlineEngine({ build: 'single' });
  try {
    const training = defaultTrainingOptions({ batchSize: 16, lambda: defaultLambda('sbp') });
    const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    await engine.load({ network: network(neuron), training, ...statistics });
    const start = await engine.readState();
    const hashes: string[] = [];
    for (const iteration of iterations) {
      await engine.writeState(start);
      await engine.trainStep(batch(0), { ...place, iteration, headWeights: [1, 1] });
      hashes.push(await engine.weightsSha256());
    }
    return hashes;
  } finally {
    await engine.close();
  }
}
