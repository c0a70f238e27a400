/** Every neuron with every norm and every surrogate in a small network: it is built, trains, takes no memory but the planned, to the same bits on threads. */
import { describe, expect, it, test } from 'vitest';
import { usualOptions } from '../fields/field.js';
import { countPer } from '../fields/per.js';
import { neuronKernels, surrogateKernels } from '../kernels/api.js';
import { loadKernels } from '../kernels/backends/wasm.js';
import { numberOf } from '../layers/kernelNumber.js';
import { losses } from '../losses/index.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NeuronSettings, Surrogate } from '../network/spec.js';
import { norms } from '../norms/index.js';
import { surrogates } from '../surrogates/index.js';
import type { TrainingOptions } from '../train/options.js';
import { neuronNames, neurons } from './index.js';
import type { NeuronKind } from './neuron.js';
import { network, train } from './small.test.support.js';

const usual = surrogates.map(({ name, options }) => ({ kind: name, ...usualOptions(options) }) as Surrogate);

/**
 * Some surrogates for each neuron and norm, so that each of those meets every surrogate; with KESTIRME_EVERY_KIND=1 all for
 * each, which takes minutes. The losses take turns, with a penalty every other time.
 */
const every = process.env.KESTIRME_EVERY_KIND === '1';
const combinations = neuronNames
  .flatMap((kind, row) =>
    norms.map((norm, column) => ({
      ...{ kind, norm: norm.name },
      surrogates: usual.filter((_, i) => every || i % norms.length === (row + column) % norms.length),
    })),
  )
  .map((pair, i) => {
    const { name, options } = losses[i % losses.length] as (typeof losses)[number];
    return {
      ...pair,
      loss: name,
      changes: { loss: { kind: name, ...usualOptions(options) }, ...penaltyOf(i, pair.kind) },
    };
  });
function penaltyOf(i: number, kind: string): Partial<TrainingOptions> {
  // A firing rate is of spikes 0 and 1.
  const isSigned = (neurons as readonly NeuronKind[]).some((one) => one.name === kind && one.signed);
  return i % 2 === 0 || isSigned ? {} : { penalty: { kind: 'firing-rate', strength: 0.5, target: 0.2 } };
}

const weights = new Set<string>();

test('every neuron and every norm meets every surrogate', () => {
  for (const one of [...neuronNames, ...norms.map(({ name }) => name)]) {
    const met = combinations.filter(({ kind, norm }) => one === kind || one === norm);
    expect(new Set(met.flatMap((pair) => pair.surrogates)).size, one).toBe(usual.length);
  }
});

describe.each(combinations)(
  'a neuron of the kind $kind behind $norm, with $loss',
  ({ kind, norm, changes, surrogates }) => {
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
  const same = (surrogate: Surrogate) => (surrogate.kind === 'piecewise-quadratic' ? 'triangle' : surrogate.kind);
  const others = combinations.map(({ surrogates }) => new Set(surrogates.map(same)).size);
  expect(weights.size).toBe(others.reduce((sum, count) => sum + count, 0));
});

test('an IF is a LIF that never forgets', async () => {
  const lif = await train({ decay: 1 }, 1);
  expect((await train({ kind: 'if' }, 1)).weights).toBe(lif.weights);
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
  const { api } = await loadKernels('single', 1, []);
  expect([...neuronKernels].sort()).toEqual(neurons.map(({ name }) => name).sort());
  for (const kind of neurons as readonly NeuronKind[]) {
    const options = usualOptions(kind.options) as never;
    const learned = kind.learned?.(options, { log: Math.log, timeSteps: 3 }) ?? [];
    const layer = new api.Neurons(numberOf(neuronKernels, kind.name), 0, 1, 3, 1, 1, 8, 1, 1);
    for (const number of kind.numbers(options)) layer.addNumber(Number(number));
    // Each begins at a vector of four.
    const floats = learned.map(({ per }) => Math.ceil(countPer(per, 3, 8) / 4) * 4);
    expect(layer.learnedLen, kind.name).toBe(floats.reduce((sum, floats) => sum + floats, 0));
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
  [{ kind: 'glif', threshold: 1.5 }, 'lif1: `threshold` must be a number from 0.001 to 0.999, got 1.5'],
  [{ initialMembrane: -1 }, 'lif1: `initialMembrane` must be a number from 0 to 1000000, got -1'],
  [{ reset: 'none' }, "lif1: `reset` must be 'hard' or 'soft', got \"none\""],
])('%j is refused when the network is built', (neuron, message) => {
  expect(() => network(neuron)).toThrow(message);
});
