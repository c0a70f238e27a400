/** Norms in networks: what they are told of the neurons, what a table for each step leaves as it is, and what is refused. */
import { expect, test } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { batch, place } from '../engine/engines.test.support.js';
import type { State } from '../engine/types.js';
import { normKernels } from '../kernels/api.js';
import { defaultLambda } from '../lambda/schedule.js';
import { resnet20 } from '../models/model.js';
import { NetworkBuilder } from '../network/builder.js';
import { describeNetwork } from '../network/count.js';
import { normOfOneValue } from '../network/oneValue.js';
import type { BatchNormSpec, NetworkSpec, NeuronSettings, NormSettings } from '../network/spec.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { norms } from './index.js';

const input = { channels: 3, height: 16, width: 16 };

/** The norms of the last layer's two branches, and the norm of the image's convolution. */
function network(norm: NormSettings, { branch = norm, threshold = 0.5 } = {}): NetworkSpec {
  return new NetworkBuilder({ input, timeSteps: 3, classes: 4, norm, neuron: { threshold } })
    .conv2d({ outChannels: 8, kernel: 3, stride: 2, padding: 1 })
    .norm()
    .lif()
    .conv2d({ name: 'down', outChannels: 8, kernel: 1, stride: 2 })
    .norm({ name: 'downNorm', ...branch })
    .conv2d({ input: 'lif1', outChannels: 8, kernel: 3, stride: 2, padding: 1, bias: true })
    .add({ with: 'downNorm' })
    .lif()
    .build();
}

async function train(spec: NetworkSpec, start: State = {}, steps = 2) {
  const engine = await createInlineEngine({ build: 'single' });
  try {
    const training = defaultTrainingOptions({ batchSize: 16, lambda: defaultLambda('vanilla') });
    await engine.load({ network: spec, training, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
    await engine.writeState({ ...(await engine.readState()), ...start });
    const losses: number[] = [];
    for (let iteration = 0; iteration < steps; iteration++) {
      losses.push((await engine.trainStep(batch(iteration), { ...place, iteration, headWeights: [1] })).loss);
    }
    return { losses, state: await engine.readState() };
  } finally {
    await engine.close();
  }
}

/** What of the second network's initial state the first one has, too: where weights begin depends on their places. */
async function startOf(spec: NetworkSpec, ...others: string[]): Promise<State> {
  const { state } = await train(spec, {}, 0);
  return Object.fromEntries(Object.entries(state).filter(([name]) => !others.includes(name)));
}

test('the kernels have the norms of this list', () => {
  expect([...normKernels].sort()).toEqual(norms.map(({ name }) => name).sort());
});

test('tdBN is told the threshold of the neurons behind it, and at a deviation of 1 it is the batch normalisation', async () => {
  const [bn, tdbn] = [network({}, { threshold: 0.5 }), network({ kind: 'tdbn', alpha: 2 }, { threshold: 0.5 })];
  const [plain, scaled] = [await train(bn), await train(tdbn)];
  expect(scaled.losses).toEqual(plain.losses);
  expect((await train(network({ kind: 'tdbn', alpha: 1 }))).losses).not.toEqual(plain.losses);
});

test('TEBN begins as the batch normalisation, and each layer then learns a number for each step', async () => {
  const bn = network({});
  const tebn = network({ kind: 'tebn' });
  const plain = await train(bn, {}, 1);
  const start = await startOf(bn);
  const { losses, state } = await train(tebn, start);
  expect(losses[0]).toBe(plain.losses[0]);
  for (const name of ['norm1.p', 'downNorm.p']) {
    expect(state[name]?.shape).toEqual([3]);
    expect(new Set(state[name]?.data).size).toBe(3);
  }
  expect(describeNetwork(tebn).parameters).toBe(describeNetwork(bn).parameters + 2 * 3);
});

test('a table for each step beside one for all: the sums of both branches meet their own norms', async () => {
  // With one branch's factors at 1, a network of both kinds takes the first step of the batch normalisations alone.
  const bn = network({});
  const mixed = network({}, { branch: { kind: 'tebn' } });
  const start = await startOf(bn);
  const [plain, both] = [await train(bn, start, 1), await train(mixed, start, 1)];
  expect(both.losses).toEqual(plain.losses);
  for (const [name, { data }] of Object.entries(plain.state)) {
    const other = both.state[name]?.data as Float32Array;
    const top = data.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
    // Sums of each step are added up instead of sums over all: some thousand terms of either sign, so that what is left is off
    // by sqrt(3072) * 2^-24 of their sizes, and these are some times larger.
    const off = data.reduce((off, x, i) => Math.max(off, Math.abs(x - (other[i] as number))), 0);
    expect(off / top, name).toBeLessThan(1e-5);
  }
});

test("a ResNet asks tdBN for less of each of two branches; a network's other norms and plain blocks have all of it", () => {
  const { layers } = resnet20({ norm: { kind: 'tdbn' }, width: 0.25 });
  const alphas = layers.flatMap((layer) =>
    layer.type === 'batchNorm' && 'alpha' in layer ? [[layer.name, layer.alpha]] : [],
  );
  const of = Object.fromEntries(alphas) as Record<string, number>;
  expect(of['stem.norm']).toBe(1);
  expect(of['stage2.block1.norm1']).toBe(1);
  for (const name of ['stage1.block1.norm2', 'stage2.block1.norm2', 'stage2.block1.down.norm']) {
    expect(of[name]).toBe(1 / Math.sqrt(2));
  }
});

test('a batch normalisation is one whatever the norm of the network, and has no name, as in files of before', () => {
  const { layers } = new NetworkBuilder({ input, timeSteps: 2, classes: 2, norm: { kind: 'tdbn', alpha: 3 } })
    .conv2d({ outChannels: 4, kernel: 1 })
    .batchNorm()
    .lif()
    .conv2d({ outChannels: 4, kernel: 1 })
    .norm({ eps: 0.001 })
    .lif()
    .build();
  const [first, second] = layers.filter((layer): layer is BatchNormSpec => layer.type === 'batchNorm');
  const common = { type: 'batchNorm', channels: 4, momentum: 0.1 };
  expect(first).toEqual({ ...common, name: 'norm1', input: 'conv1', eps: 1e-5 });
  expect(second).toEqual({ ...common, name: 'norm2', input: 'conv2', kind: 'tdbn', eps: 0.001, alpha: 3 });
});

test.each<[object, string]>([
  [{ kind: 'tdbm' }, 'norm1: `kind` must be one of bn, tdbn, tebn'],
  [{ kind: 'tdbn', alpha: 0 }, 'norm1: `alpha` must be a number above 0, got 0'],
  [{ kind: 'bn', momentum: 2 }, 'norm1: `momentum` must be a number from 0 to 1, got 2'],
  [{ kind: 'bn', factor: 1 }, 'network.layers[1].factor is not known'],
])('%j is refused when the network is built', (norm, message) => {
  expect(() => network(norm as NormSettings)).toThrow(message);
});

test('one value per channel is one too few at each step where steps have statistics of their own', () => {
  const single = (norm: NormSettings, neuron: NeuronSettings = {}) =>
    new NetworkBuilder({ input: { channels: 3, height: 4, width: 4 }, timeSteps: 2, classes: 2, norm, neuron })
      .conv2d({ outChannels: 4, kernel: 3, padding: 1 })
      .norm()
      .lif()
      .conv2d({ outChannels: 4, kernel: 4 })
      .norm()
      .lif()
      .build();
  for (const { name, statistics } of norms) {
    const found = normOfOneValue(single({ kind: name }), 'direct');
    expect(found).toBe(statistics === 'all steps' ? null : 'norm2');
  }
  expect(normOfOneValue(single({ kind: 'bn' }, { kind: 'mpbn' }), 'direct')).toBe('lif2');
});
