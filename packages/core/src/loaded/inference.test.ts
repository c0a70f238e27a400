/** A network that is loaded for inference alone: the bits of an evaluation, and nothing of a training. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadForInference } from '../checkpoint/loadForInference.js';
import { weightsSha256 } from '../checkpoint/weightsSha256.js';
import { createEngine, createInlineEngine } from '../engine/createEngine.js';
import { withReserve } from '../engine/engines.test.support.js';
import { Session } from '../engine/session.js';
import { SharedEngine } from '../engine/sharedEngine.js';
import type { Engine, State } from '../engine/types.js';
import { loadKernels } from '../kernels/backends/wasm.js';
import { Planner } from '../layers/planner.js';
import type { Batch } from '../loader/batch.js';
import { buildModel } from '../models/model.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NetworkSpec } from '../network/spec.js';
import { norms } from '../norms/index.js';
import { RandomStream } from '../random/philox.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { LoadedNetwork } from './loadedNetwork.js';

const input = { channels: 3, height: 8, width: 8 };
const normal = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.25] };
const sizes = { width: 0.25, timeSteps: 2, input, classes: 5, heads: 'blocks' } as const;
const small = (norm?: string) =>
  buildModel('resnet20', {
    ...sizes,
    ...(norm === undefined ? {} : { norm: { kind: norm as 'bn' } }),
  });
/** Biases, pools, and residuals of currents: every kind of channel table. */
const oddities = new NetworkBuilder({ input, timeSteps: 3, classes: 5, neuron: { kind: 'plif' } })
  .conv2d({ outChannels: 6, kernel: 3, padding: 1, bias: true })
  .lif()
  .tap('early')
  .avgPool({ name: 'average', kernel: 2 })
  .conv2d({ outChannels: 6, kernel: 3, padding: 1 })
  .batchNorm()
  .add({ with: 'average' })
  .lif()
  .maxPool({ kernel: 3, stride: 2, padding: 1 })
  .linear({ outFeatures: 9, bias: true })
  .lif()
  .build({ heads: ['early'] });

const options = (changes: Partial<TrainingOptions> = {}) =>
  defaultTrainingOptions({ epochs: 2, batchSize: 6, ...changes });

function batch(seed: number, size = 6): Batch {
  const random = new RandomStream(seed, 5);
  return {
    images: Uint8Array.from({ length: size * 8 * 8 * 3 }, () => random.below(256)),
    labels: Int32Array.from({ length: size }, () => random.below(5)),
    indices: Uint32Array.from({ length: size }, (_, i) => 7 * i + 1),
    size,
  };
}

async function train(engine: Engine, steps: number): Promise<void> {
  for (let iteration = 0; iteration < steps; iteration++) {
    const place = { epoch: 0, iteration, iterationsPerEpoch: 10, headWeights: null, probe: false };
    await engine.trainStep(batch(iteration), place);
  }
}

const bits = (floats: Float32Array) => [...new Uint32Array(floats.buffer, floats.byteOffset, floats.length)];
const copies = (state: State) => structuredClone(state);

describe.each<[string, NetworkSpec, Partial<TrainingOptions>]>([
  ...norms.map(({ name }): [string, NetworkSpec, Partial<TrainingOptions>] => [name, small(name), {}]),
  ['rate coding', small(), { encode: 'rate' }],
  ['biases, pools and sums of currents', oddities, {}],
  ['currents that go on', buildModel('resnet20', { ...sizes, residual: 'ms', norm: { kind: 'tebn' } }), {}],
  ['membranes that are normalised', buildModel('resnet20', { ...sizes, neuron: { kind: 'mpbn' } }), {}],
])('%s', (_, network, changes) => {
  it('has the bits of an evaluation in the middle of a training, whatever the batch', async () => {
    const training = options(changes);
    const engine = await createInlineEngine({ build: 'single' });
    await engine.load({ network, training, ...normal });
    await train(engine, 2);
    const state = copies(await engine.readState());
    const evaluated = await engine.evaluateStep(batch(9));
    const { images, indices } = batch(9);
    const whileTraining = await engine.predict(images, indices);

    await loadForInference(engine, { network, training, ...normal, state });
    expect(await engine.evaluateStep(batch(9))).toEqual(evaluated);
    const predicted = await engine.predict(images, indices);
    expect(bits(predicted.logits)).toEqual(bits(evaluated.logits));
    expect(whileTraining).toEqual(predicted);
    const largest = Array.from({ length: 6 }, (_, i) => {
      const logits = [...evaluated.logits.slice(5 * i, 5 * (i + 1))];
      return logits.indexOf(Math.max(...logits));
    });
    expect([...predicted.labels]).toEqual(largest);

    await loadForInference(engine, { network, training, ...normal, state }, { batchSize: 1 });
    expect(await engine.predict(images, indices)).toEqual(predicted);
    const { correct, spikes } = await engine.evaluateStep(batch(9));
    expect({ correct, spikes }).toEqual({ correct: evaluated.correct, spikes: evaluated.spikes });
    await engine.close();
  });
});

describe('the memory', () => {
  it('is what the plan says, without anything of training', async () => {
    const kernels = await loadKernels('single', 1, []);
    const reserve = vi.fn(kernels.memory.reserve);
    const engine = new SharedEngine(new Session(withReserve(kernels, reserve), undefined));
    const request = { network: small(), training: options(), ...normal };
    const { totalBytes } = new LoadedNetwork(kernels, request, 2 ** 32).plan;
    const permanent = vi.spyOn(Planner.prototype, 'permanent');
    const inference = await engine.load({ ...request, inference: true });
    const named = permanent.mock.calls.map(([name]) => name).filter((name) => /gradient|optimizer|update/.test(name));
    permanent.mockRestore();
    // The loss of an evaluation comes with its gradient.
    expect(named).toEqual(['logits gradient']);
    expect(inference.parts.map(({ name }) => name)).toEqual([
      'parameters',
      'running statistics',
      'images, heads and statistics',
      'activations and scratch',
    ]);
    expect(inference.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(inference.totalBytes);
    const before = await engine.predict(batch(3).images);
    await engine.writeState(await engine.readState());
    await engine.weightsSha256();
    expect(await engine.predict(batch(3).images)).toEqual(before);
    expect(reserve.mock.calls).toEqual([[inference.totalBytes]]);
    expect(inference.totalBytes).toBeLessThan(totalBytes / 3);
    await engine.close();
  });

  it.each([
    // The weights of ResNet-18 are 42.6 MiB; one of them alone, as files have it, 9.0.
    ['resnet20', 1, 1.5, 4],
    ['resnet20', 32, 7, 55],
    ['resnet18', 1, 53, 95],
    ['resnet18', 16, 53, 160],
  ] as const)('of %s, T 2, B %i, is at most %d MiB, and training has %d or more', async (model, size, most, least) => {
    const network = buildModel(model, { timeSteps: 2, heads: 'none' });
    const request = { network, training: options({ batchSize: size }), ...normal };
    const kernels = await loadKernels('single', 1, []);
    const mebibytes = (inference: boolean) =>
      new LoadedNetwork(kernels, { ...request, inference }, 2 ** 32).plan.totalBytes / 2 ** 20;
    expect(mebibytes(true)).toBeLessThan(most);
    expect(mebibytes(false)).toBeGreaterThan(least);
    await kernels.close();
  });
});

describe('a network that is loaded for inference', () => {
  const network = small();
  const training = options();
  let engine: Engine;
  const states: State[] = [];
  const logits: Float32Array[] = [];

  beforeAll(async () => {
    engine = await createInlineEngine({ build: 'single' });
    await engine.load({ network, training, ...normal });
    for (let i = 0; i < 2; i++) {
      await train(engine, 2);
      states.push(copies(await engine.readState()));
      logits.push((await engine.evaluateStep(batch(5))).logits);
      expect(await weightsSha256(states[i] as State)).toBe(await engine.weightsSha256());
    }
  });
  afterAll(() => engine.close());
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('makes the maps of its norms once for each state, before the next pass', async () => {
    const kernels = await loadKernels('single', 1, []);
    const forwardEval = vi.spyOn(kernels.api.Norm.prototype, 'forwardEval');
    const own = new SharedEngine(new Session(kernels, undefined));
    await loadForInference(own, { network, training, ...normal, state: states[0] as State });
    const norms = network.layers.filter(({ type }) => type === 'batchNorm').length;
    const { images } = batch(5);
    for (const [i, state] of states.entries()) {
      await own.writeState(state);
      for (let call = 0; call < 3; call++) {
        expect(bits((await own.predict(images)).logits)).toEqual(bits(logits[i] as Float32Array));
      }
      expect(forwardEval).toHaveBeenCalledTimes((i + 1) * norms);
    }
    await own.close();
  });

  it('has the weights of its main head only, and no optimiser', async () => {
    const state = states[0] as State;
    await loadForInference(engine, { network, training, ...normal, state });
    const read = await engine.readState();
    const wanted = Object.keys(state).filter((name) => !/^optimizer\.|^head\.(?!main\.)/.test(name));
    expect(read).toEqual(Object.fromEntries(wanted.map((name) => [name, state[name]])));
  });

  it('is not trained, and says so; nothing breaks', async () => {
    await loadForInference(engine, { network, training, ...normal, state: states[0] as State });
    await expect(train(engine, 1)).rejects.toThrow(
      'trainStep is refused: resnet20 is loaded for inference alone; load it without `inference`',
    );
    const refused = 'profile in training is refused: resnet20 is loaded for inference alone';
    await expect(engine.profile(batch(5), { steps: 1, calibrate: false })).rejects.toThrow(refused);
    const { rows } = await engine.profile(batch(5), { mode: 'evaluation', steps: 1, calibrate: false });
    expect(rows.map(({ kernel }) => kernel)).not.toContain('norm table');
    expect(rows.length).toBeGreaterThan(40);
    expect(bits((await engine.predict(batch(5).images)).logits)).toEqual(bits(logits[0] as Float32Array));
  });

  it('names the layer whose running statistics are not finite, in every call', async () => {
    const state = copies(states[0] as State);
    const tensor = 'stage1.block1.norm1.running_var';
    (state[tensor] as State[string]).data[1] = Number.POSITIVE_INFINITY;
    await engine.load({ network, training, ...normal, inference: true });
    await engine.writeState(state);
    for (let call = 0; call < 2; call++) {
      await expect(engine.predict(batch(5).images)).rejects.toThrow(/^stage1\.block1\.norm1: its running mean and/);
    }
    await engine.writeState(states[0] as State);
    expect(bits((await engine.predict(batch(5).images)).logits)).toEqual(bits(logits[0] as Float32Array));
  });

  it('says that a logit is not finite', async () => {
    const state = copies(states[0] as State);
    (state['head.main.bias'] as State[string]).data[2] = Number.NaN;
    await engine.load({ network, training, ...normal, inference: true });
    await engine.writeState(state);
    await expect(engine.predict(batch(5).images)).rejects.toThrow(/^head\.main: a logit holds NaN \(6 of 30 numbers/);
  });

  it('refuses what are no images', async () => {
    await loadForInference(engine, { network, training, ...normal, state: states[0] as State });
    const { images } = batch(5);
    const refused = (...args: unknown[]) => expect(engine.predict(...(args as [Uint8Array]))).rejects;
    await refused(images.subarray(1)).toThrow('an image of 8x8x3 has 192 bytes, got 1151');
    await refused(new Uint8Array()).toThrow('images must be one image or more');
    await refused([...images]).toThrow('images must be of type Uint8Array, got a list of 1152');
    await refused(images, [1]).toThrow('indices must be of type Uint32Array, got a list of 1');
    await refused(images, new Uint32Array(5)).toThrow('there are 5 indices for 6 images');
  });

  it('predicts behind a worker, for several callers at once', async () => {
    const own = await createEngine({ threads: 2 });
    await loadForInference(own, { network, training, ...normal, state: states[1] as State }, { batchSize: 2 });
    const predictions = await Promise.all([0, 1, 2].map(() => own.predict(batch(5).images)));
    for (const predicted of predictions) expect(bits(predicted.logits)).toEqual(bits(logits[1] as Float32Array));
    await own.close();
  });
});
