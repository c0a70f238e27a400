/** Every neuron with every norm and every surrogate in a small network: it is built, trains, takes no memory but the planned, to the same bits on threads. */
import { describe, expect, it, test } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { batch, place } from '../engine/engines.test.support.js';
import type { State } from '../engine/types.js';
import { usualOptions } from '../fields/field.js';
import { neuronKernels, surrogateKernels } from '../kernels/api.js';
import { loadKernels } from '../kernels/backends/wasm.js';
import { defaultLambda } from '../lambda/schedule.js';
import { numberOf } from '../layers/kernelNumber.js';
import { losses } from '../losses/index.js';
import { NetworkBuilder } from '../network/builder.js';
import { describeNetwork } from '../network/count.js';
import type { NetworkSpec, NeuronSettings, NormSettings, Surrogate } from '../network/spec.js';
import { norms } from '../norms/index.js';
import { surrogates } from '../surrogates/index.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { neuronNames, neurons } from './index.js';
import type { NeuronKind } from './neuron.js';

const usual = surrogates.map(({ name, options }) => ({ kind: name, ...usualOptions(options) }) as Surrogate);

/** A residual of spikes, a pooling and a head before the last layer: everyone who reads a layer's active neurons. */
function network(neuron: NeuronSettings, norm: NormSettings = {}): NetworkSpec {
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

/** Three steps from the initial state, or from what of it is given, in which no memory is taken beyond what the plan reserved. */
async function train(
  neuron: NeuronSettings,
  threads: number,
  start: State = {},
  steps = 3,
  norm: NormSettings = {},
  changes: Partial<TrainingOptions> = {},
  spec = network(neuron, norm),
) {
  const engine = await createInlineEngine(threads === 1 ? { build: 'single' } : { threads });
  try {
    const training = defaultTrainingOptions({ batchSize: 16, lambda: defaultLambda('sbp'), ...changes });
    const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    const plan = await engine.load({ network: spec, training, ...statistics });
    // The instance of this thread's single build: its memory grows when something is allocated.
    const { memory } = await loadKernels('single', 1, null);
    const bytes = memory.buffer.byteLength;
    const losses: number[] = [];
    await engine.writeState({ ...(await engine.readState()), ...start });
    for (let iteration = 0; iteration < steps; iteration++) {
      losses.push((await engine.trainStep(batch(iteration), { ...place, iteration, headWeights: [1, 1] })).loss);
    }
    expect(memory.buffer.byteLength).toBe(bytes);
    const parameters = await engine.readState();
    return { plan, losses, parameters, weights: await engine.weightsSha256() };
  } finally {
    await engine.close();
  }
}

/** The losses take turns, with a penalty every other time: of each of them, some pair has it. */
const everyPair = neuronNames
  .flatMap((kind) => norms.map((norm) => ({ kind, norm: norm.name })))
  .map((pair, i) => {
    const { name, options } = losses[i % losses.length] as (typeof losses)[number];
    return {
      ...pair,
      loss: name,
      surrogates: surrogatesOf(i),
      changes: { loss: { kind: name, ...usualOptions(options) }, ...penaltyOf(i, pair.kind) },
    };
  });

/** They take turns as well: every fourth of them, and all where `npm run test:kinds` asks. */
function surrogatesOf(i: number): Surrogate[] {
  return process.env.KESTIRME_EVERY_KIND === undefined ? usual.filter((_, k) => (i + k) % 4 === 0) : usual;
}

function penaltyOf(i: number, kind: string): Partial<TrainingOptions> {
  // A firing rate is of spikes 0 and 1.
  const isSigned = (neurons as readonly NeuronKind[]).some((one) => one.name === kind && one.signed);
  return i % 2 === 0 || isSigned ? {} : { penalty: { kind: 'firing-rate', strength: 0.5, target: 0.2 } };
}

const weights = new Set<string>();

describe.each(everyPair)(
  'a neuron of the kind $kind behind $norm, with $loss',
  ({ kind, norm, surrogates, changes }) => {
    it.each(surrogates)('trains with $kind, to the same bits on one thread and on three', async (surrogate) => {
      const neuron = { kind, surrogate } as NeuronSettings;
      const options = changes as Partial<TrainingOptions>;
      const alone = await train(neuron, 1, {}, 3, { kind: norm }, options);
      expect(alone.losses.every(Number.isFinite)).toBe(true);
      expect(alone.plan.totalBytes).toBeLessThan(alone.plan.limitBytes);
      const three = await train(neuron, 3, {}, 3, { kind: norm }, options);
      expect({ ...three, plan: null }).toEqual({ ...alone, plan: null });
      weights.add(alone.weights);
    });
  },
);

test('each of them leaves weights of its own', () => {
  // But for one pair of surrogates: the triangle of half-width 1 is the piecewise quadratic of alpha 1.
  const all = everyPair.map(({ surrogates }) => surrogates.map(({ kind }) => kind));
  const different = all.map(
    (kinds) => new Set(kinds.map((kind) => (kind === 'triangle' ? 'piecewise-quadratic' : kind))),
  );
  expect(weights.size).toBe(different.reduce((sum, { size }) => sum + size, 0));
});

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

test('an IF is a LIF that never forgets', async () => {
  const lif = await train({ decay: 1 }, 1);
  expect((await train({ kind: 'if' }, 1)).weights).toBe(lif.weights);
});

const zero = { shape: [1], data: Float32Array.of(0) };

test('a PLIF starts as the LIF of its decay, and each layer then learns its own', async () => {
  const start = { decay: 0.5, decayInput: true };
  // From the same weights: what is drawn depends on how many parameters come before.
  const { parameters: weights } = await train(start, 1, {}, 0);
  const starts = { ...weights, ...Object.fromEntries(['lif1.w', 'lif2.w', 'lif3.w'].map((name) => [name, zero])) };
  const lif = await train(start, 1, weights);
  const plif = await train({ ...start, kind: 'plif' }, 1, starts);
  expect(plif.losses[0]).toBe(lif.losses[0]);
  expect(plif.losses[2]).not.toBe(lif.losses[2]);
  const learned = Object.entries(plif.parameters).filter(([name]) => /^lif\d\.w$/.test(name));
  expect(learned.map(([name, { shape }]) => [name, shape])).toEqual([
    ['lif1.w', [1]],
    ['lif2.w', [1]],
    ['lif3.w', [1]],
  ]);
  const values = learned.map(([, { data }]) => data[0] as number);
  expect(new Set(values).size).toBe(3);
  expect(values.every((w) => w !== 0 && Math.abs(w) < 1)).toBe(true);
  const [with1, without] = [{ kind: 'plif' } as const, {}].map((neuron) => describeNetwork(network(neuron)).parameters);
  expect(with1).toBe((without as number) + 3);
});

test('a layer may have neurons of another kind than the network', () => {
  const start = new NetworkBuilder({
    ...{ input: { channels: 1, height: 4, width: 4 }, timeSteps: 1, classes: 2 },
    neuron: { decay: 0.5, threshold: 0.3, reset: 'soft' },
  });
  const conv = { outChannels: 4, kernel: 1 };
  const { layers } = start
    .conv2d(conv)
    .lif()
    .conv2d(conv)
    .lif({ neuron: { kind: 'if' } })
    .build();
  const [lif, integrator] = layers.flatMap((layer) => (layer.type === 'lif' ? [layer.neuron] : []));
  const surrogate = { kind: 'rectangle', width: 1 };
  const common = { threshold: 0.3, reset: 'soft', detachReset: false, surrogate };
  expect(lif).toEqual({ ...common, decay: 0.5, decayInput: false });
  expect(integrator).toEqual({ ...common, kind: 'if' });
});

test('the kernels have the neurons of this list, and learn what it says', async () => {
  const { api } = await loadKernels('single', 1, null);
  expect([...neuronKernels].sort()).toEqual(neurons.map(({ name }) => name).sort());
  for (const kind of neurons as readonly NeuronKind[]) {
    const learned = kind.learned?.(usualOptions(kind.options) as never, { log: Math.log }) ?? [];
    const layer = new api.Neurons(numberOf(neuronKernels, kind.name), 0, 1, 1, 1, 1, 8, 1, 1);
    expect(layer.sumRows).toBe(3 + learned.length);
    // One number fills a vector of four.
    const floats = learned.map(({ per }) => (per === 'layer' ? 4 : 8));
    expect(layer.learnedLen).toBe(floats.reduce((sum, floats) => sum + floats, 0));
  }
});

test('the kernels have the surrogates of this list, and nothing else is found by a name', () => {
  expect([...surrogateKernels].sort()).toEqual(surrogates.map(({ name }) => name).sort());
  for (const name of ['', 'ta', 'tanhh', 'Tanh']) {
    expect(() => numberOf(surrogateKernels, name)).toThrow(`the kernels have no "${name}"`);
  }
});

test('a surrogate that is nowhere zero keeps no bits of active neurons', async () => {
  const everywhere = await train({ surrogate: { kind: 'atan', alpha: 2 } }, 1);
  const somewhere = await train({}, 1);
  expect(everywhere.plan.totalBytes).toBeLessThan(somewhere.plan.totalBytes);
});

const surrogate: Surrogate = { kind: 'atan', alpha: 2 };

test.each<[object, string]>([
  [{ surrogate: { ...surrogate, alpha: 0 } }, 'lif1: `surrogate.alpha` must be a number from 0.001 to 1000, got 0'],
  [{ surrogate: { ...surrogate, alpha: Number.NaN } }, '`surrogate.alpha` must be a number from 0.001 to 1000'],
  [{ surrogate: { kind: 'atan', width: 1 } }, '`surrogate.alpha` must be a number from 0.001 to 1000, got undefined'],
  [{ surrogate: { kind: 'step' } }, '`surrogate.kind` must be one of rectangle, tanh,'],
  [{ kind: 'elif' }, 'lif1: `kind` must be one of lif, if'],
  [{ kind: 'if', threshold: 0 }, 'lif1: `threshold` must be a number above 0, got 0'],
  [{ kind: 'if', tau: 2 }, 'network.layers[2].neuron.tau is not known'],
  [{ reset: 'none' }, "lif1: `reset` must be 'hard' or 'soft', got \"none\""],
])('%j is refused when the network is built', (neuron, message) => {
  expect(() => network(neuron)).toThrow(message);
});
