/** Trainings that would go on with numbers that mean nothing: refused where nothing can come of them, else warned of. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import type { Engine } from '../engine/types.js';
import { defaultLambda } from '../lambda/schedule.js';
import type { Batch, BatchSource } from '../loader/batch.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NetworkSpec, NeuronOptions } from '../network/spec.js';
import { RandomStream } from '../random/philox.js';
import { newRun, options } from './fakes.test.support.js';
import type { TrainingOptions } from './options.js';
import { train } from './trainer.js';
import { defaultTrainingOptions } from './validateOptions.js';

const size = 4;
const at = { epoch: 0, iteration: 0, iterationsPerEpoch: 1, headWeights: null, probe: false };

function batchOf(count: number): Batch {
  const random = new RandomStream(count, 5);
  return {
    images: Uint8Array.from({ length: count * size * size }, () => random.below(256)),
    labels: Int32Array.from({ length: count }, (_, i) => i % 2),
    indices: Uint32Array.from({ length: count }, (_, i) => i),
    size: count,
  };
}

/** Noise in batches of `batchSize` images. */
function source(trainSize: number, batchSize: number): BatchSource {
  return {
    info: {
      ...{ name: 'noise', channels: 1, height: size, width: size, classes: 2, classNames: ['a', 'b'] },
      ...{ trainSize, testSize: 8, mean: [0.5], std: [0.3] },
    },
    trainBatchCount: Math.ceil(trainSize / batchSize),
    async *trainBatches() {
      for (let left = trainSize; left > 0; left -= batchSize) yield batchOf(Math.min(left, batchSize));
    },
    async *testBatches() {
      yield batchOf(8);
    },
    async close() {},
  };
}

/** A convolution of the whole image to one pixel, and one of that pixel. */
function network(timeSteps: number, neuron: Partial<NeuronOptions> = {}, momentum = 0.1): NetworkSpec {
  return new NetworkBuilder({ input: { channels: 1, height: size, width: size }, timeSteps, classes: 2, neuron })
    .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
    .batchNorm({ momentum })
    .lif()
    .tap('early')
    .linear({ outFeatures: 8 })
    .batchNorm()
    .lif()
    .build({ heads: ['early'] });
}

/** The image's own convolution has one pixel only. */
function onePixel(timeSteps: number): NetworkSpec {
  return new NetworkBuilder({ input: { channels: 1, height: size, width: size }, timeSteps, classes: 2 })
    .linear({ outFeatures: 8 })
    .batchNorm()
    .lif()
    .build();
}

const vanilla = defaultLambda('vanilla');
const usual = (changes: Partial<TrainingOptions>) =>
  defaultTrainingOptions({ epochs: 2, batchSize: 4, lambda: vanilla, ...changes });

describe('one value per channel', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createInlineEngine({ build: 'single' });
  });
  afterAll(() => engine.close());

  type Sizes = { batchSize: number; microBatch?: number; trainSize: number; encode?: 'rate' };
  const run = (spec: NetworkSpec, { trainSize, ...changes }: Sizes) =>
    train({
      engine,
      network: spec,
      data: source(trainSize, changes.batchSize),
      options: usual(changes),
      onWarning() {},
    });

  it.each<[string, NetworkSpec, Sizes, string]>([
    [
      'in every batch',
      network(1),
      { batchSize: 1, trainSize: 4 },
      'norm2 would normalise over one value per channel in a batch of 1 image:',
    ],
    ['in the last batch', network(1), { batchSize: 4, trainSize: 9 }, 'in a batch of 1 image:'],
    [
      'in micro-batches',
      network(1),
      { batchSize: 4, microBatch: 1, trainSize: 8 },
      'in a part of 1 image (4 in micro-batches of 1):',
    ],
    [
      'in the last micro-batch',
      network(1),
      { batchSize: 4, microBatch: 3, trainSize: 8 },
      '(4 in micro-batches of 3):',
    ],
    [
      'in the last micro-batch of the last batch',
      network(1),
      { batchSize: 6, microBatch: 3, trainSize: 10 },
      '(4 in micro-batches of 3):',
    ],
    [
      'of an image that is the same at each time step',
      onePixel(4),
      { batchSize: 1, trainSize: 4 },
      'norm1 would normalise',
    ],
  ])('%s is refused before the first step', async (_, spec, sizes, message) => {
    await expect(run(spec, sizes)).rejects.toThrow(message);
  });

  it.each<[string, NetworkSpec, Sizes]>([
    ['two images in each part', network(1), { batchSize: 4, microBatch: 2, trainSize: 10 }],
    ['one image at several time steps', network(2), { batchSize: 1, trainSize: 3 }],
    ['one image drawn as spikes', onePixel(2), { batchSize: 1, trainSize: 3, encode: 'rate' }],
  ])('%s is enough', async (_, spec, sizes) => {
    expect(await run(spec, sizes)).toMatchObject({ finished: true });
  });

  it('is refused in a loop of its own, too, and in batches that come smaller than told', async () => {
    await engine.load({ network: network(1), training: usual({}), mean: [0.5], std: [0.3] });
    await expect(engine.trainStep(batchOf(1), at)).rejects.toThrow('norm2 would normalise over one value per channel');
    await engine.trainStep(batchOf(2), at);
    expect(await engine.evaluateStep(batchOf(1))).toMatchObject({ logits: expect.anything() });
    const data = { ...source(9, 4), info: source(8, 4).info };
    const training = train({ engine, network: network(1), data, options: usual({}) });
    await expect(training).rejects.toThrow('in a batch of 1 image');
  });
});

it('heads without any weight are refused in the step in which they are', async () => {
  const engine = await createInlineEngine({ build: 'single' });
  const request = { engine, network: network(1), data: source(8, 4), options: usual({}), onWarning() {} };
  const weights = ({ epoch }: { epoch: number }) => (epoch === 0 ? [1, 1] : [0, -0]);
  await expect(train({ ...request, userHeadWeights: weights })).rejects.toThrow('headWeights are all 0, [0,0]');
  await engine.close();
});

describe('warnings before the first step', () => {
  const warningsOf = async (changes: Partial<TrainingOptions>, userHeadWeights?: () => number[]) => {
    const told: string[] = [];
    const onWarning = (text: string) => void told.push(text);
    await train(newRun({ options: options(changes), userHeadWeights, onWarning }).request);
    return told;
  };
  const rise = defaultLambda('evo-rise');
  const adam = { beta1: 0.9, beta2: 0.999, eps: 1e-8 };
  const stays = (start: string) =>
    `lambda stays where it starts, ${start}: it moves by epochs, and there is one; take more \`epochs\`, or a \`lambda\` that moves per iteration`;

  it.each<[string, Partial<TrainingOptions>, string[]]>([
    ['nothing', {}, []],
    ['evolution', { lambda: rise }, []],
    ['vanilla, in one epoch too', { lambda: vanilla, epochs: 1 }, []],
    ['two epochs', { lambda: rise, epochs: 2 }, []],
    ['one epoch', { lambda: rise, epochs: 1 }, [stays('evo-rise at 0.25')]],
    ['one epoch of a decay', { lambda: defaultLambda('evo-decay'), epochs: 1 }, [stays('evo-decay at 1')]],
    [
      'one epoch of what is measured',
      { lambda: { ...defaultLambda('adaptive'), per: 'iteration' }, epochs: 1 },
      ['lambda stays where it starts, adaptive at 0.25: it moves by epochs, and there is one; take more `epochs`'],
    ],
    ['one epoch, lambda per iteration', { lambda: { ...rise, per: 'iteration' }, epochs: 1 }, []],
    [
      'cosine with one epoch after its warm-up',
      { warmupEpochs: 2 },
      ['the learning rate stays at 0.1: cosine falls by epochs, and of 3 one is left after `warmupEpochs`'],
    ],
    ['cosine with two', { warmupEpochs: 1.5 }, []],
    [
      'a drop after the run',
      { schedule: { kind: 'step', every: 3, factor: 0.1 } },
      ['the learning rate stays at 0.1: it drops after 3 epochs, and there are 3 to come'],
    ],
    [
      'a drop after the run, for its warm-up',
      { schedule: { kind: 'step', every: 2, factor: 0.1 }, warmupEpochs: 1 },
      ['the learning rate stays at 0.1: it drops after 2 epochs, and there are 2 to come'],
    ],
    [
      'a cosine that restarts after each epoch',
      { schedule: { kind: 'cosine-restarts', every: 1, times: 1 } },
      ['the learning rate stays at 0.1: cosine falls by epochs, and restarts after each of them'],
    ],
    ['a drop in the last epoch', { schedule: { kind: 'step', every: 2, factor: 0.1 } }, []],
    [
      'a rise from the top',
      { lambda: { ...rise, start: 1 } },
      ['evo-rise with a start of 1 gives the shortcut heads no weight in the whole run'],
    ],
    [
      'a decay from nothing',
      { lambda: { ...defaultLambda('evo-decay'), start: 0 } },
      ['evo-decay with a start of 0 gives the shortcut heads no weight in the whole run'],
    ],
    [
      'a decay of whole weights',
      { optimizer: { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 10 } },
      ['`optimizer.weightDecay` times `lr`, 10 x 0.1, is the share of a weight that each step takes away: all of it'],
    ],
    ['a decay of a part', { optimizer: { ...adam, kind: 'adamw', weightDecay: 9 } }, []],
    ["adam's decay, which is part of the gradient", { optimizer: { ...adam, kind: 'adam', weightDecay: 10 } }, []],
    ['a rise from nothing', { lambda: { ...rise, start: 0 } }, []],
  ])('%s', async (_, changes, expected) => {
    expect(await warningsOf(changes)).toEqual(expected);
  });

  it("a schedule of one's own makes the preset's irrelevant", async () => {
    const own = () => [1, 1];
    expect(await warningsOf({ lambda: { ...rise, start: 1 }, epochs: 1 }, own)).toEqual([]);
  });

  it("what the data's source says, and statistics that stay; to the console when nobody listens", async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const engine = await createInlineEngine({ build: 'single' });
    const data = { ...source(8, 4), warnings: ['the images are all cats'] };
    await train({ engine, network: network(1, {}, 0), data, options: usual({}) });
    expect(warn.mock.calls).toEqual([
      ['kestirme: the images are all cats'],
      ['kestirme: norm1: with a momentum of 0, evaluation normalises with running statistics that stay as they began'],
    ]);
    warn.mockRestore();
    await engine.close();
  });
});

describe('warnings of what a run shows', () => {
  const warningsOf = async (neuron: Partial<NeuronOptions>, changes: Partial<TrainingOptions> = {}) => {
    const engine = await createInlineEngine({ build: 'single' });
    const told: string[] = [];
    const onWarning = (text: string) => void told.push(text);
    await train({ engine, network: network(2, neuron), data: source(8, 4), options: usual(changes), onWarning });
    await engine.close();
    return told;
  };
  const causes = 'look at `threshold` and `surrogate`, and at the mean and std of the images';

  it.each<[string, Partial<NeuronOptions>, Partial<TrainingOptions>]>([
    ['the usual neurons', {}, {}],
    ['heads that weigh nothing as yet', {}, { lambda: { ...defaultLambda('evo-rise'), start: 0 } }],
    ['heads of equal weight', {}, { lambda: defaultLambda('sbp') }],
  ])('none of %s', async (_, neuron, changes) => {
    expect(await warningsOf(neuron, changes)).toEqual([]);
  });

  it('none of layers that wait for a norm whose weight starts at 0', async () => {
    const engine = await createInlineEngine({ build: 'single' });
    const told: string[] = [];
    const spec = new NetworkBuilder({ input: { channels: 1, height: size, width: size }, timeSteps: 2, classes: 2 })
      .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
      .batchNorm()
      .lif()
      .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
      .norm({ weight: 0 })
      .add({ with: 'norm1' })
      .lif()
      .build();
    await train({
      engine,
      network: spec,
      data: source(8, 4),
      options: usual({}),
      onWarning: (text) => told.push(text),
    });
    await engine.close();
    expect(told).toEqual([]);
  });

  it('a threshold that no neuron reaches, with a surrogate that reaches none', async () => {
    expect(await warningsOf({ threshold: 50 })).toEqual([
      `in the first step no gradient reaches conv1, norm1, linear1, norm2 and 1 more, so that nothing is learnt there; ${causes}`,
      `on the test images no neuron of lif1, lif2 ever fires, whatever they show; ${causes}`,
    ]);
  });

  it('a surrogate too narrow for any membrane', async () => {
    expect(await warningsOf({ surrogate: { kind: 'rectangle', width: 1e-6 } })).toEqual([
      `in the first step no gradient reaches conv1, norm1, linear1, norm2, so that nothing is learnt there; ${causes}`,
    ]);
  });
});
