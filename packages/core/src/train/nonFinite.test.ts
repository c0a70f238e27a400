/** A number that is not finite is found in the step in which it appears, at the layer from which it comes. */
import { describe, expect, it } from 'vitest';
import { type Checkpoint, copyOf, type OpenCheckpoint } from '../checkpoint/checkpoint.js';
import { createEngine, createInlineEngine } from '../engine/createEngine.js';
import type { Engine, LoadRequest, NetworkCalls, State } from '../engine/types.js';
import type { Batch, BatchSource } from '../loader/batch.js';
import { buildModel } from '../models/model.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NetworkSpec } from '../network/spec.js';
import { RandomStream } from '../random/philox.js';
import type { TrainingOptions } from './options.js';
import { train } from './trainer.js';
import { TrainingError } from './trainingError.js';
import { defaultTrainingOptions } from './validateOptions.js';

const input = { channels: 3, height: 8, width: 8 };
const resnet = buildModel('resnet20', { width: 0.25, timeSteps: 2, input, classes: 5 });
/** No normalisation, so no statistics in which a weight could show. */
const bare = new NetworkBuilder({ input, timeSteps: 2, classes: 5 })
  .conv2d({ outChannels: 8, kernel: 3, padding: 1, bias: true })
  .lif()
  .conv2d({ outChannels: 8, kernel: 3, padding: 1, bias: true })
  .lif()
  .build();
const normal = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.25] };
const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const;
const vanilla = { preset: 'vanilla', ramp: 'linear', per: 'epoch', start: 1 } as const;

const options = (changes: Partial<TrainingOptions> = {}) =>
  defaultTrainingOptions({ epochs: 2, batchSize: 6, microBatch: 6, schedule: { kind: 'constant' }, ...changes });
const request = (network: NetworkSpec, changes: Partial<TrainingOptions> = {}): LoadRequest => ({
  network,
  training: options({ ...(network.heads.length === 1 ? { lambda: vanilla } : {}), ...changes }),
  ...normal,
});

function batch(seed: number): Batch {
  const random = new RandomStream(seed, 5);
  return {
    images: Uint8Array.from({ length: 6 * 8 * 8 * 3 }, () => random.below(256)),
    labels: Int32Array.from({ length: 6 }, () => random.below(5)),
    indices: Uint32Array.from({ length: 6 }, (_, i) => 10 * seed + i),
    size: 6,
  };
}

const step = (engine: Engine, iteration: number) =>
  engine.trainStep(batch(iteration), { epoch: 0, iteration, iterationsPerEpoch: 9, headWeights: null, probe: false });

/** After a good step, with one number of one tensor replaced. */
async function poison(engine: NetworkCalls, tensor: string, value: number): Promise<State> {
  const state = await engine.readState();
  const { data } = state[tensor] as State[string];
  data[Math.floor(data.length / 2)] = value;
  await engine.writeState(state);
  return state;
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => new Error('nothing failed'),
    (error: Error) => error,
  );

const statistics = "its output's mean and variance holds";
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const places: [tensor: string, value: number, message: string, changes?: Partial<TrainingOptions>][] = [
  ['stem.conv.weight', nan, `stem.conv: ${statistics} NaN`],
  ['stage1.block2.conv2.weight', infinity, `stage1.block2.conv2: ${statistics}`],
  ['stage2.block1.down.conv.weight', nan, `stage2.block1.down.conv: ${statistics} NaN`],
  ['stage3.block3.conv1.weight', nan, `stage3.block3.conv1: ${statistics} NaN`],
  ['stage3.block3.conv1.weight', 3e38, `stage3.block3.conv1: ${statistics}`],
  ['stage1.block1.norm1.weight', nan, 'stage1.block1.norm1: its scale and shift holds NaN'],
  ['stage2.block2.norm2.bias', -infinity, 'stage2.block2.norm2: its scale and shift holds -Infinity'],
  ['stage3.block1.norm2.running_var', nan, 'stage3.block1.norm2: its running mean and variance holds NaN (1 of 32'],
  ['head.main.weight', nan, 'head.main: a logit holds NaN'],
  ['head.stage1.bias', nan, 'head.stage1: a logit holds NaN'],
  ['head.main.bias', -infinity, 'head.main: a logit holds -Infinity (6 of 30 numbers'],
  [
    'optimizer.momentum.stage1.block1.conv2.weight',
    nan,
    'stage1.block1.conv2: after the update, stage1.block1.conv2.weight is not finite',
  ],
  [
    'optimizer.momentum.stage1.block1.norm2.bias',
    nan,
    'stage1.block1.norm2: after the update, stage1.block1.norm2.bias is not finite',
  ],
  [
    'optimizer.momentum.stem.conv.weight',
    infinity,
    'stem.conv: after the update, stem.conv.weight is not finite',
    { clipNorm: 1 },
  ],
  [
    'optimizer.second.stage2.block1.conv1.weight',
    infinity,
    'stage2.block1.conv1: after the update, stage2.block1.conv1.weight is not finite',
    { optimizer: adam },
  ],
  [
    'optimizer.second.stage2.block1.conv1.weight',
    infinity,
    'stage2.block1.conv1: a moment of the gradient of stage2.block1.conv1.weight is not finite',
    { optimizer: adam, microBatch: 4 },
  ],
];

describe('one number of a ResNet that is not finite', () => {
  it.each(places)('%s %d', async (tensor, value, message, changes = {}) => {
    const engine = await createInlineEngine({ build: 'single' });
    await engine.load(request(resnet, changes));
    await step(engine, 0);
    await poison(engine, tensor, value);
    const error = await failure(step(engine, 1));
    expect(error.message).toContain(message);
    expect(error.message.startsWith(message.slice(0, message.indexOf(':')))).toBe(true);
    expect(error.name).toBe('NonFiniteError');
    await engine.close();
  });
});

it.each([
  ['conv1.weight', 'conv1: after the update, conv1.weight is not finite'],
  ['conv2.weight', 'conv2: after the update, conv2.weight is not finite'],
  ['conv2.bias', 'conv2: its bias holds NaN (1 of 8'],
])('NaN in %s of a network without normalisation', async (tensor, message) => {
  const engine = await createInlineEngine({ build: 'single' });
  await engine.load(request(bare));
  await step(engine, 0);
  await poison(engine, tensor, nan);
  const { message: said } = await failure(step(engine, 1));
  // Where the surrogate meets NaN the gradient's sums may show it before the update does.
  expect(said).toMatch(new RegExp(`^(${message.replaceAll(/[.()]/g, '\\$&')}|lif\\d: the sum of the gradient)`));
  await engine.close();
});

describe('what the error tells', () => {
  it('the gradient norms of the step, of all layers that the backward pass had reached', async () => {
    const engine = await createInlineEngine({ build: 'single' });
    // Weights of some tenths become 1e39 in the first update.
    const decaying = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 1e38 } as const;
    await engine.load(request(resnet, { optimizer: decaying, lr: 1000 }));
    const { message } = await failure(step(engine, 0));
    expect(message).toContain('stage3.block3.conv2: after the update, stage3.block3.conv2.weight is not finite');
    const [, norms = ''] = message.split('Gradient norms of this step: ');
    const layers = norms.split(', ').map((words) => words.split(' '));
    expect(layers.map(([layer]) => layer)).toEqual(
      ['stage3.block3.conv2', 'stage3.block3.norm2', 'head.main', 'head.stage1', 'head.stage2'].sort(
        (a, b) => norms.indexOf(a) - norms.indexOf(b),
      ),
    );
    for (const [, norm] of layers) expect(Number(norm)).toBeGreaterThan(0);
    await engine.close();
  });

  it('their values are those of a probe', async () => {
    const engine = await createInlineEngine({ build: 'single' });
    await engine.load(request(resnet));
    const before = await engine.readState();
    const place = { epoch: 0, iteration: 0, iterationsPerEpoch: 9, headWeights: null };
    const { probe } = await engine.trainStep(batch(0), { ...place, probe: true });
    // The first layer's momentum is met last.
    (before['optimizer.momentum.stem.conv.weight'] as State[string]).data[0] = nan;
    await engine.writeState(before);
    const { message } = await failure(engine.trainStep(batch(0), { ...place, probe: false }));
    const [, norms = ''] = message.split('Gradient norms of this step: ');
    const known = new Map(norms.split(', ').map((words) => words.split(' ') as [string, string]));
    for (const conv of ['stem.conv', 'stage1.block1.conv1', 'stage3.block3.conv2']) {
      expect(known.get(conv)).toBe(probe?.weights[`${conv}.weight`]?.norm.toPrecision(3));
    }
    await engine.close();
  });

  it('the norm of the step before where this one has no gradient yet: a learning rate of 1e30', async () => {
    const engine = await createInlineEngine({ build: 'single' });
    await engine.load(request(resnet, { lr: 1e30 }));
    await step(engine, 0);
    const { message } = await failure(step(engine, 1));
    expect(message).toMatch(/^stem\.conv: its output's mean and variance holds Infinity \(\d+ of 8 numbers are not/);
    expect(message).toMatch(/No gradient of this step was there yet; that of the step before had the norm [\d.]+$/);
    await engine.close();
  });

  it('and comes through from a worker', async () => {
    const engine = await createEngine({ threads: 2 });
    await engine.load(request(resnet));
    await poison(engine, 'stage2.block1.conv1.weight', nan);
    const error = await failure(step(engine, 0));
    expect(error).toMatchObject({
      name: 'NonFiniteError',
      message: expect.stringContaining('stage2.block1.conv1: its'),
    });
    await engine.close();
  });
});

it('after a failed step nothing of it can be had, until a state is written', async () => {
  const engine = await createInlineEngine({ build: 'single' });
  await engine.load(request(resnet));
  const good = await engine.readState();
  await poison(engine, 'head.main.weight', nan);
  await failure(step(engine, 0));
  const refusal = 'a training step failed (head.main: a logit holds NaN';
  await expect(engine.readState()).rejects.toThrow(refusal);
  await expect(step(engine, 1)).rejects.toThrow(refusal);
  await expect(engine.evaluateStep(batch(0))).rejects.toThrow(refusal);
  await engine.writeState(good);
  expect((await step(engine, 1)).loss).toBeGreaterThan(0);
  await engine.close();
});

it.each([
  ['stage3.block1.norm2.running_var', nan, 'stage3.block1.norm2: its running mean and variance holds NaN'],
  ['stage3.block1.norm2.running_var', -1, 'stage3.block1.norm2: its scale and shift holds NaN'],
  ['head.main.weight', nan, 'head.main: a logit holds NaN'],
])('an evaluation with %s %d', async (tensor, value, message) => {
  const engine = await createInlineEngine({ build: 'single' });
  await engine.load(request(resnet));
  await poison(engine, tensor, value);
  await expect(engine.evaluateStep(batch(0))).rejects.toThrow(message);
  await engine.close();
});

describe('a run', () => {
  const source: BatchSource = {
    info: {
      ...{ name: 'noise', channels: 3, height: 8, width: 8, classes: 5, classNames: ['a', 'b', 'c', 'd', 'e'] },
      ...{ trainSize: 24, testSize: 6, ...normal },
    },
    trainBatchCount: 4,
    async *trainBatches(epoch, from = 0) {
      for (let i = from; i < 4; i++) yield batch(4 * epoch + i);
    },
    async *testBatches() {
      yield batch(99);
    },
    async close() {},
  };

  it('ends with the place, the images and the last good checkpoint, from which it goes on', async () => {
    const engine = await createInlineEngine({ build: 'single' });
    const checkpoints: Checkpoint[] = [];
    let steps = 0;
    const failing: Engine = {
      ...engine,
      hold(work) {
        const held = engine.hold(work);
        const trainStep: Engine['trainStep'] = async (images, position) => {
          if (steps++ === 6) await poison(held, 'stage1.block3.conv1.weight', nan);
          return held.trainStep(images, position);
        };
        return { ...held, trainStep };
      },
    };
    const asked = {
      ...{
        network: resnet,
        data: source,
        options: options(),
        checkpointEvery: { epochs: 1, steps: 3 },
        checkpointName: 'run.safetensors',
      },
      onCheckpoint: async (checkpoint: OpenCheckpoint) => void checkpoints.push(await copyOf(checkpoint)),
    };
    const error = await failure(train({ ...asked, engine: failing }));
    expect(error).toBeInstanceOf(TrainingError);
    expect(error).toMatchObject({ epoch: 1, iteration: 2, checkpoint: { epoch: 1, iteration: 2 } });
    expect(error.message).toMatch(/^epoch 2, step 3, images 60, 61, 62, 63, 64, 65: stage1\.block3\.conv1: its/);
    expect(error.message).toContain('The last good checkpoint (run.safetensors) stands before epoch 2, step 3.');
    const last = checkpoints.at(-1) as Checkpoint;
    for (const { data } of Object.values(last.state)) expect(data.every(Number.isFinite)).toBe(true);
    await train({ ...asked, engine, resume: last });
    const resumed = await engine.weightsSha256();
    await train({ ...asked, engine });
    expect(await engine.weightsSha256()).toBe(resumed);
    (last.state['stem.conv.weight'] as State[string]).data[5] = nan;
    await expect(train({ ...asked, engine, resume: last })).rejects.toThrow(
      'the checkpoint\'s tensor "stem.conv.weight" holds NaN at position 5',
    );
    await engine.close();
  });
});
