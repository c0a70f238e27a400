/**
 * Fully connected layers against PyTorch's, in float64, three SGD steps: test/golden/make_linear.py. Weights go in and come
 * out as nn.Linear behind nn.Flatten has them. Tolerances as in golden.test.ts.
 */
import {
  createEngine,
  defaultLambda,
  defaultTrainingOptions,
  type Engine,
  type EngineOptions,
  NetworkBuilder,
  type State,
} from 'kestirme';
import { expect, test } from 'vitest';
import { expectClose, GoldenFile } from './goldenFile.js';

const golden = new GoldenFile('linear');
const tolerance = { loss: 1e-6, gradient: 1e-5, after: 1e-5 };
const input = { channels: 3, height: 6, width: 5 };

const network = new NetworkBuilder({ input, timeSteps: 2, classes: 4 })
  .conv2d({ name: 'conv1', outChannels: 6, kernel: 3, padding: 1 })
  .batchNorm({ name: 'norm1' })
  .lif({ name: 'lif1' })
  .linear({ name: 'image', input: 'input', outFeatures: 20, bias: true })
  .linear({ name: 'linear1', input: 'lif1', outFeatures: 20 })
  .batchNorm({ name: 'norm2' })
  .add({ name: 'add1', with: 'image' })
  .lif({ name: 'lif2' })
  .avgPool({ name: 'pool', input: 'lif1', kernel: 2 })
  .linear({ name: 'linear2', outFeatures: 10 })
  .batchNorm({ name: 'norm3' })
  .linear({ name: 'linear3', input: 'lif2', outFeatures: 10, bias: true })
  .add({ name: 'add2', with: 'norm3' })
  .lif({ name: 'lif3' })
  .build();

const training = defaultTrainingOptions({
  ...{ epochs: 1, batchSize: 3, lr: 0.1, schedule: { kind: 'constant' }, lambda: defaultLambda('vanilla') },
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
});
const nameOf = (name: string) => name.replace(/^head\./, 'head.main.');

async function engineWith(options: EngineOptions, changes: Partial<typeof training> = {}): Promise<Engine> {
  const engine = await createEngine(options);
  const normal = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] };
  await engine.load({ network, training: { ...training, ...changes }, ...normal });
  const state = await engine.readState();
  for (const name of golden.names('init')) {
    const { shape, data } = golden.get(`init.${name}`);
    expect(state[nameOf(name)]?.shape, name).toEqual(shape);
    state[nameOf(name)] = { shape, data: Float32Array.from(data) };
  }
  await engine.writeState(state);
  return engine;
}

const place = (iteration: number) => ({ epoch: 0, iteration, iterationsPerEpoch: 3, headWeights: null, probe: false });

async function train(engine: Engine): Promise<{ losses: number[]; after: State }> {
  const losses: number[] = [];
  for (const i of [0, 1, 2]) losses.push((await engine.trainStep(golden.batch, place(i))).loss);
  return { losses, after: await engine.readState() };
}

test.each<EngineOptions>([
  { build: 'threads', threads: 3 },
  { build: 'single', threads: 1 },
])('three steps are those of nn.Linear: %o', async (options) => {
  const engine = await engineWith(options);
  const { losses, after } = await train(engine);
  await engine.close();
  expectClose('loss', losses, golden.get('loss').data, tolerance.loss);
  expect(golden.names('after').length).toBeGreaterThan(15);
  for (const name of golden.names('after')) {
    expectClose(name, after[nameOf(name)]?.data ?? [], golden.get(`after.${name}`).data, tolerance.after);
  }
});

test('every entry of every gradient, kept or not', async () => {
  for (const clipNorm of [0, 1e9]) {
    const optimizer = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 } as const;
    const engine = await engineWith({ threads: 2 }, { optimizer, clipNorm });
    await engine.trainStep(golden.batch, place(0));
    const after = await engine.readState();
    await engine.close();
    for (const name of golden.names('grad')) {
      // The first momentum is the gradient itself.
      const gradient = after[`optimizer.momentum.${nameOf(name)}`]?.data ?? [];
      expectClose(name, gradient, golden.get(`grad.${name}`).data, tolerance.gradient);
    }
  }
});
