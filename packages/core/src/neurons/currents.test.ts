/** Every neuron and every norm in a network of currents that several read. */
import { describe, expect, it } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { batch, place } from '../engine/engines.test.support.js';
import { usualOptions } from '../fields/field.js';
import { defaultLambda } from '../lambda/schedule.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NetworkSpec, NeuronSettings, NormSettings, Surrogate } from '../network/spec.js';
import { norms } from '../norms/index.js';
import { surrogates } from '../surrogates/index.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { neuronNames } from './index.js';
import { train } from './small.test.support.js';

const usual = surrogates.map(({ name, options }) => ({ kind: name, ...usualOptions(options) }) as Surrogate);

/** Currents of one step and of all that go on; read by neurons, sums, a convolution and a pooling, in turn first and last. */
function currents(neuron: NeuronSettings, norm: NormSettings): NetworkSpec {
  const input = { channels: 3, height: 16, width: 16 };
  return new NetworkBuilder({ input, timeSteps: 3, classes: 4, neuron, norm })
    .conv2d({ outChannels: 10, kernel: 3, stride: 2, padding: 1 })
    .norm()
    .lif({ name: 'a' })
    .tap('early')
    .conv2d({ outChannels: 10, kernel: 3, padding: 1 })
    .norm()
    .add({ name: 'sum', with: 'norm1' })
    .add({ name: 'more', with: 'norm1' })
    .lif({ name: 'b' })
    .conv2d({ outChannels: 12, kernel: 3, stride: 2, padding: 1 })
    .norm({ name: 'branch', weight: 0.5 })
    .conv2d({ input: 'more', outChannels: 12, kernel: 1, stride: 2 })
    .norm({ name: 'down' })
    .add({ with: 'branch' })
    .lif({ name: 'c' })
    .avgPool({ name: 'pooled', input: 'more', kernel: 2 })
    .conv2d({ outChannels: 12, kernel: 1 })
    .norm()
    .add({ with: 'c' })
    .lif({ name: 'd' })
    .build({ heads: ['early'] });
}

describe.each(norms)('currents that several read, behind $name', ({ name }) => {
  // Each neuron with one of the norms, and with one of the surrogates.
  it.each(
    neuronNames.filter(
      (_, at) => at % norms.length === norms.findIndex((norm) => norm.name === name) % neuronNames.length,
    ),
  )(
    'and %s train to the same bits on one thread and on three, and go on from a state as if never left',
    async (kind) => {
      const norm = { kind: name };
      const neuron = { kind, surrogate: usual[(name.length + kind.length) % usual.length] } as NeuronSettings;
      const spec = currents(neuron, norm);
      const alone = await train(neuron, 1, {}, 3, norm, {}, spec);
      expect(alone.losses.every(Number.isFinite)).toBe(true);
      expect(alone.plan.totalBytes).toBeLessThan(alone.plan.limitBytes);
      const three = await train(neuron, 3, {}, 3, norm, {}, spec);
      expect({ ...three, plan: null }).toEqual({ ...alone, plan: null });
      const { parameters } = await train(neuron, 1, {}, 2, norm, {}, spec);
      const engine = await createInlineEngine({ build: 'single' });
      const training = defaultTrainingOptions({ batchSize: 16, lambda: defaultLambda('sbp') });
      await engine.load({ network: spec, training, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
      await engine.writeState(parameters);
      await engine.trainStep(batch(2), { ...place, iteration: 2, headWeights: [1, 1] });
      expect(await engine.weightsSha256()).toBe(alone.weights);
      await engine.close();
    },
  );
});
