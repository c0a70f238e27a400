/** Every surrogate in a small network: that it is built, trains, stays within its plan, and gives the same bits on threads. */
import { describe, expect, it, test } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { batch, place } from '../engine/engines.test.support.js';
import { loadKernels } from '../engine/kernels.js';
import { usualOptions } from '../fields/field.js';
import { defaultLambda } from '../lambda/schedule.js';
import { numberOf } from '../layers/kernelNumber.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NetworkSpec, Surrogate } from '../network/spec.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { surrogates } from './index.js';

const usual = surrogates.map(({ name, options }) => ({ kind: name, ...usualOptions(options) }) as Surrogate);

/** A residual of spikes, a pooling and a head before the last layer: everyone who reads a layer's active neurons. */
function network(surrogate: Surrogate): NetworkSpec {
  const input = { channels: 3, height: 16, width: 16 };
  return new NetworkBuilder({ input, timeSteps: 3, classes: 4, neuron: { surrogate } })
    .conv2d({ outChannels: 10, kernel: 3, stride: 2, padding: 1 })
    .batchNorm()
    .lif()
    .tap('early')
    .conv2d({ outChannels: 10, kernel: 3, padding: 1 })
    .batchNorm()
    .add({ with: 'lif1' })
    .lif()
    .maxPool({ kernel: 2 })
    .conv2d({ outChannels: 12, kernel: 3, padding: 1 })
    .batchNorm()
    .lif()
    .build({ heads: ['early'] });
}

/** Three steps, in which no memory is taken beyond what the plan reserved. */
async function train(surrogate: Surrogate, threads: number) {
  const engine = await createInlineEngine(threads === 1 ? { build: 'single' } : { threads });
  try {
    const training = defaultTrainingOptions({ batchSize: 16, lambda: defaultLambda('sbp') });
    const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    const plan = await engine.load({ network: network(surrogate), training, ...statistics });
    // The instance of this thread's single build: its memory grows when something is allocated.
    const { memory } = await loadKernels('single', 1, null);
    const bytes = memory.buffer.byteLength;
    const losses: number[] = [];
    for (let iteration = 0; iteration < 3; iteration++) {
      losses.push((await engine.trainStep(batch(iteration), { ...place, iteration, headWeights: [1, 1] })).loss);
    }
    expect(memory.buffer.byteLength).toBe(bytes);
    return { plan, losses, weights: await engine.weightsSha256() };
  } finally {
    await engine.close();
  }
}

const weights = new Set<string>();

describe.each(usual)('the surrogate $kind', (surrogate) => {
  it('trains, to the same bits on one thread and on three', async () => {
    const alone = await train(surrogate, 1);
    expect(alone.losses.every(Number.isFinite)).toBe(true);
    expect(alone.plan.totalBytes).toBeLessThan(alone.plan.limitBytes);
    const three = await train(surrogate, 3);
    expect({ ...three, plan: null }).toEqual({ ...alone, plan: null });
    weights.add(alone.weights);
  });
});

test('each of them leaves weights of its own', () => {
  // But for one pair: the triangle of half-width 1 is the piecewise quadratic of alpha 1.
  expect(weights.size).toBe(usual.length - 1);
});

test('the kernels have the surrogates of this list, and nothing else is found by a name', async () => {
  const { api } = await loadKernels('single', 1, null);
  const numbers = surrogates.map(({ name }) => numberOf(api.surrogateLetter, name));
  expect(new Set(numbers).size).toBe(surrogates.length);
  expect(api.surrogateLetter(surrogates.length, 0)).toBe(0);
  for (const name of ['', 'ta', 'tanhh', 'Tanh']) {
    expect(() => numberOf(api.surrogateLetter, name)).toThrow(`the kernels have no "${name}"`);
  }
});

test('a surrogate that is nowhere zero keeps no bits of active neurons', async () => {
  const everywhere = await train({ kind: 'atan', alpha: 2 }, 1);
  const somewhere = await train({ kind: 'rectangle', width: 1 }, 1);
  expect(everywhere.plan.totalBytes).toBeLessThan(somewhere.plan.totalBytes);
});

test.each<[Surrogate, string]>([
  [{ kind: 'atan', alpha: 0 }, 'lif1: `surrogate.alpha` must be a number from 0.001 to 1000, got 0'],
  [{ kind: 'atan', alpha: Number.NaN }, '`surrogate.alpha` must be a number from 0.001 to 1000'],
  [{ kind: 'atan', width: 1 } as never, '`surrogate.alpha` must be a number from 0.001 to 1000, got undefined'],
  [{ kind: 'step' } as never, '`surrogate.kind` must be one of rectangle, tanh,'],
])('%j is refused when the network is built', (surrogate, message) => {
  expect(() => network(surrogate)).toThrow(message);
});
