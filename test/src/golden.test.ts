/**
 * The whole network against PyTorch's autograd: test/golden/make_resnet20.py, float64, three SGD steps.
 *
 * Tolerances are relative to the largest value of a tensor. A dot product of n terms in single precision is off by about
 * sqrt(n) * 2^-24, at most 1e-6 here (n <= 288, and sums over at most 2,048 positions); the backward pass goes through
 * up to 20 such layers one after the other, which adds up to 2e-5. Spikes must be equal: the files keep every membrane
 * further from the threshold than that.
 */
import {
  buildModel,
  createEngine,
  defaultTrainingOptions,
  type Engine,
  type EngineOptions,
  type ModelOptions,
  type State,
  type StepResult,
  type TrainingOptions,
} from 'kestirme';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectClose, GoldenFile } from './goldenFile.js';

const tolerance = { logits: 1e-6, loss: 1e-6, gradient: 2e-5, after: 2e-5 };
const headWeights = [0.25, 0.375, 0.375];

class Golden extends GoldenFile {
  readonly #options: ModelOptions;

  constructor(name: string, options: ModelOptions) {
    super(name);
    this.#options = options;
  }

  /** An engine that holds the file's initial parameters. */
  async engine(options: EngineOptions, changes: Partial<TrainingOptions>): Promise<Engine> {
    const engine = await createEngine(options);
    const input = { channels: 3, height: 16, width: 16 };
    const network = buildModel('resnet20', { width: 0.5, input, heads: 'stages', ...this.#options });
    const sizes = { epochs: 1, batchSize: 2, microBatch: 2, lr: 0.1, schedule: { kind: 'constant' } } as const;
    const training = defaultTrainingOptions({ ...sizes, labelSmoothing: 0.1, ...changes });
    await engine.load({ network, training, mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] });
    const state = await engine.readState();
    for (const name of this.names('init')) {
      const { shape, data } = this.get(`init.${name}`);
      state[name] = { shape, data: Float32Array.from(data) };
    }
    await engine.writeState(state);
    return engine;
  }
}

const step = (iteration: number, probe: boolean) => ({
  epoch: 0,
  iteration,
  iterationsPerEpoch: 3,
  headWeights,
  probe,
});

const builds: EngineOptions[] = [
  { build: 'threads', threads: 1 },
  { build: 'threads', threads: 3 },
  { build: 'single', threads: 1 },
];

interface Case {
  name: string;
  options: ModelOptions;
  gradient?: number;
}

const networks: Case[] = [
  { name: 'resnet20-t2', options: { timeSteps: 2 } },
  { name: 'resnet20-t4', options: { timeSteps: 4 } },
  { name: 'resnet20-ms', options: { timeSteps: 2, width: 0.25, residual: 'ms' } },
  // A membrane's norm takes away what the norm before added: gradients of that are small differences, and PyTorch in single
  // precision has the same deviation (in the file).
  { name: 'resnet20-mpbn', options: { timeSteps: 3, width: 0.25, neuron: { kind: 'mpbn' } }, gradient: 1e-4 },
];

describe.each(networks)('$name', ({ name, options: ofModel, gradient: gradientTolerance = tolerance.gradient }) => {
  const golden = new Golden(name, ofModel);

  describe.each(builds)('%o', (options) => {
    const steps: StepResult[] = [];
    let engine: Engine;
    let after: State;

    beforeAll(async () => {
      const optimizer = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 1e-4 } as const;
      engine = await golden.engine(options, { optimizer });
      for (const i of [0, 1, 2]) steps.push(await engine.trainStep(golden.batch, step(i, i === 0)));
      after = await engine.readState();
    });
    afterAll(() => engine.close());

    test('loss of each step', () => {
      const losses = Float64Array.from(steps, ({ loss }) => loss);
      expectClose('loss', losses, golden.get('loss').data, tolerance.loss);
    });

    test('norm of every parameter gradient and tap gradient', () => {
      const probe = steps[0]?.probe;
      for (const [prefix, stats] of [
        ['grad', probe?.weights],
        ['tapgrad', probe?.taps],
      ] as const) {
        expect(golden.names(prefix).length).toBeGreaterThan(1);
        for (const name of golden.names(prefix)) {
          const norm = Math.hypot(...golden.get(`${prefix}.${name}`).data);
          expectClose(name, [stats?.[name]?.norm ?? Number.NaN], [norm], gradientTolerance);
        }
      }
    });

    test('every parameter and running statistic after three steps', () => {
      expect(golden.names('after').length).toBeGreaterThan(100);
      for (const name of golden.names('after')) {
        expect(after[name]?.shape, name).toEqual(golden.get(`after.${name}`).shape);
        expectClose(name, after[name]?.data ?? [], golden.get(`after.${name}`).data, tolerance.after);
      }
    });
  });

  test('every entry of every gradient', async () => {
    // The first momentum is the gradient itself.
    const optimizer = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 } as const;
    const engine = await golden.engine({ threads: 2 }, { optimizer });
    await engine.trainStep(golden.batch, step(0, false));
    const after = await engine.readState();
    await engine.close();
    expect(golden.names('grad').length).toBeGreaterThan(60);
    for (const name of golden.names('grad')) {
      const gradient = after[`optimizer.momentum.${name}`]?.data ?? [];
      expectClose(name, gradient, golden.get(`grad.${name}`).data, gradientTolerance);
    }
  });
});
