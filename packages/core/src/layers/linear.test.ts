/** Fully connected layers behind whatever they may read, on any number of threads and in any parts of a batch. */
import { expect, it } from 'vitest';
import { createEngine, createInlineEngine } from '../engine/createEngine.js';
import { batch, place } from '../engine/engines.test.support.js';
import { lambdaSpecFor } from '../lambda/schedule.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NeuronSettings } from '../network/spec.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';

/** Of 10 channels, whose bits are moved; of 32, which lie as they are; of a pool's values; of a value that heads and others read. */
function network(neuron: NeuronSettings = {}) {
  return new NetworkBuilder({ input: { channels: 3, height: 16, width: 16 }, timeSteps: 3, classes: 4, neuron })
    .conv2d({ name: 'conv', outChannels: 10, kernel: 3, stride: 2, padding: 1 })
    .norm()
    .lif({ name: 'first' })
    .tap('early')
    .linear({ name: 'moved', outFeatures: 20 })
    .norm({ name: 'norm' })
    .linear({ name: 'image', input: 'input', outFeatures: 20, bias: true })
    .add({ with: 'norm' })
    .lif({ name: 'second' })
    .conv2d({ name: 'side', input: 'first', outChannels: 32, kernel: 3, stride: 4 })
    .norm()
    .lif({ name: 'third' })
    .avgPool({ name: 'pool', input: 'first', kernel: 4 })
    .linear({ name: 'pooled', outFeatures: 12 })
    .norm({ name: 'poolNorm' })
    .linear({ name: 'lying', input: 'third', outFeatures: 12 })
    .add({ with: 'poolNorm' })
    .lif({ name: 'fourth' })
    .tap('late')
    .linear({ name: 'last', outFeatures: 12 })
    .norm({ name: 'lastNorm' })
    .linear({ name: 'behindSecond', input: 'second', outFeatures: 12, bias: true })
    .add({ with: 'lastNorm' })
    .lif({ name: 'fifth' })
    .build({ heads: ['early', 'late'] });
}

async function train(threads: number, changes: Partial<TrainingOptions>, neuron?: NeuronSettings) {
  const engine = await (threads === 1 ? createInlineEngine({ build: 'single' }) : createEngine({ threads }));
  try {
    const training = defaultTrainingOptions({ batchSize: 16, lambda: lambdaSpecFor('shortcut'), ...changes });
    const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    await engine.load({ network: network(neuron), training, ...statistics });
    for (const iteration of [0, 1, 2]) await engine.trainStep(batch(iteration), { ...place, iteration, probe: true });
    const { logits } = await engine.evaluateStep(batch(7));
    return { weights: await engine.weightsSha256(), logits };
  } finally {
    await engine.close();
  }
}

it.each<[string, Partial<TrainingOptions>, NeuronSettings?]>([
  ['as usual', {}],
  ['a surrogate that is nowhere zero', {}, { surrogate: { kind: 'atan', alpha: 2 } }],
  ['in parts that are not alike', { microBatch: 7 }],
  ['spikes of either sign', {}, { kind: 'ternary' }],
  ['spikes of either sign and a learned size', { microBatch: 7 }, { kind: 'trainable-ternary' }],
  ['spikes for an image, gradients that are clipped', { encode: 'rate', clipNorm: 1 }],
])('%s: the same bits on 1 and 3 threads', async (_, changes, neuron) => {
  const alone = await train(1, changes, neuron);
  expect(await train(3, changes, neuron)).toEqual(alone);
  expect([...alone.logits].every(Number.isFinite)).toBe(true);
});
