import { expect, it } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { batch, place } from '../engine/engines.test.support.js';
import type { State } from '../engine/types.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NetworkSpec, NeuronSettings } from '../network/spec.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';

/** A sum of spikes of 2x2 pixels and 12 channels, and what reads all of it: a fully connected layer, or a convolution as large. */
function network(kind: string, last: 'linear' | 'conv2d'): NetworkSpec {
  const input = { channels: 3, height: 16, width: 16 };
  const net = new NetworkBuilder({ input, timeSteps: 2, classes: 4, neuron: { kind } as NeuronSettings });
  net.conv2d({ outChannels: 12, kernel: 8, stride: 8 }).lif({ name: 'first' });
  net.conv2d({ outChannels: 12, kernel: 3, padding: 1 }).lif({ name: 'second' }).sew({ with: 'first' });
  if (last === 'linear') net.linear({ name: 'all', outFeatures: 8 });
  else net.conv2d({ name: 'all', outChannels: 8, kernel: 2 });
  return net.lif().build();
}

async function train(spec: NetworkSpec, start: State) {
  const engine = await createInlineEngine({ build: 'single' });
  try {
    const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    await engine.load({ network: spec, training: defaultTrainingOptions({ batchSize: 16 }), ...statistics });
    const state = await engine.readState();
    for (const [name, { data }] of Object.entries(start)) state[name] = { shape: state[name]?.shape ?? [], data };
    await engine.writeState(state);
    const before = await engine.readState();
    const { loss } = await engine.trainStep(batch(), { ...place, headWeights: [1] });
    return { loss, before, after: await engine.readState() };
  } finally {
    await engine.close();
  }
}

it.each(['lif', 'ternary', 'trainable-ternary'])(
  'a fully connected layer reads a sum of %s spikes as a convolution does',
  async (kind) => {
    const convolved = await train(network(kind, 'conv2d'), {});
    const connected = await train(network(kind, 'linear'), convolved.before);
    expect(connected.loss).toBeCloseTo(convolved.loss, 5);
    for (const [name, { data }] of Object.entries(convolved.after)) {
      const other = connected.after[name]?.data ?? [];
      expect(other.length, name).toBe(data.length);
      for (const [i, x] of data.entries()) expect(other[i], name).toBeCloseTo(x, 5);
    }
    // Something was learned below.
    const moved = convolved.after['conv1.weight']?.data.some((x, i) => x !== convolved.before['conv1.weight']?.data[i]);
    expect(moved).toBe(true);
  },
);
