/** The same bits whatever the host, the threads and the way to them. */
import {
  type Batch,
  buildModel,
  createEngine,
  createInlineEngine,
  defaultLambda,
  defaultTrainingOptions,
  type EngineOptions,
  NetworkBuilder,
  type NetworkSpec,
  RandomStream,
  type TrainingOptions,
  withoutShortcutHeads,
} from 'kestirme';
import { expect, test } from 'vitest';

const input = { channels: 3, height: 12, width: 12 };
const resnet = (heads: 'stages' | 'blocks' | 'none') =>
  buildModel('resnet20', { width: 0.25, timeSteps: 3, input, classes: 5, heads });

/** 110 layers, each block with a head of its own. */
const deep = buildModel('resnet110', { width: 0.25, timeSteps: 2, input, classes: 5, heads: 'blocks' });

/** Pools of both kinds, a bias, a soft reset, the other surrogate, an odd channel count, a residual of pooled values. */
const oddities = new NetworkBuilder({
  input,
  timeSteps: 2,
  classes: 5,
  neuron: { reset: 'soft', decayInput: true, surrogate: { kind: 'tanh', sharpness: 3 } },
})
  .conv2d({ outChannels: 6, kernel: 3, padding: 1, bias: true })
  .lif()
  .tap('early')
  .avgPool({ name: 'average', kernel: 2 })
  .conv2d({ outChannels: 6, kernel: 3, padding: 1 })
  .batchNorm()
  .add({ with: 'average' })
  .lif()
  .maxPool({ kernel: 3, stride: 2, padding: 1 })
  .linear({ outFeatures: 9 })
  .batchNorm()
  .lif()
  .build({ heads: ['early'] });

function batch(size: number, seed: number): Batch {
  const random = new RandomStream(seed, 5);
  return {
    images: Uint8Array.from({ length: size * 12 * 12 * 3 }, () => random.below(256)),
    labels: Int32Array.from({ length: size }, () => random.below(5)),
    indices: Uint32Array.from({ length: size }, (_, i) => i),
    size,
  };
}

interface Trained {
  weights: string;
  losses: number[];
  logits: number[];
  norms: number[];
}

/** Four steps, the second of them a probe, the last batch smaller; then an evaluation. */
async function run(
  network: NetworkSpec,
  options: EngineOptions,
  changes: Partial<TrainingOptions> = {},
  create = createEngine,
): Promise<Trained> {
  const engine = await create(options);
  try {
    const lambda = defaultLambda(network.heads.length > 1 ? 'evo-rise' : 'vanilla');
    const training = defaultTrainingOptions({
      epochs: 2,
      batchSize: 6,
      microBatch: 6,
      lambda,
      labelSmoothing: 0.1,
      ...changes,
    });
    await engine.load({ network, training, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.25] });
    const losses: number[] = [];
    const norms: number[] = [];
    for (let iteration = 0; iteration < 4; iteration++) {
      const place = { epoch: 0, iteration, iterationsPerEpoch: 4, headWeights: null, probe: iteration === 1 };
      const { loss, probe } = await engine.trainStep(batch(iteration === 3 ? 5 : 6, iteration), place);
      losses.push(loss);
      if (probe !== null)
        for (const { norm } of [...Object.values(probe.taps), ...Object.values(probe.weights)]) norms.push(norm);
    }
    const { logits } = await engine.evaluateStep(batch(6, 9));
    return { weights: await engine.weightsSha256(), losses, logits: [...logits], norms };
  } finally {
    await engine.close();
  }
}

const adam: Partial<TrainingOptions> = {
  optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 },
  lr: 0.003,
};

test.each<[string, NetworkSpec, Partial<TrainingOptions>]>([
  ['ResNet-20 with heads', resnet('blocks'), {}],
  ['micro-batches, clipping, a loss per head', resnet('stages'), { microBatch: 4, clipNorm: 0.5, combine: 'losses' }],
  ['oddities under AdamW', oddities, adam],
  ['rate coding', resnet('stages'), { encode: 'rate' }],
  ['110 layers', deep, { lambda: defaultLambda('evo-ratio'), clipNorm: 1, lr: 0.01 }],
])('%s: 1, 2, 3, 4 and 7 threads and the single-thread build', async (_, network, changes) => {
  const alone = await run(network, { threads: 1 }, changes);
  expect(alone.losses.every(Number.isFinite) && alone.norms.every((norm) => norm > 0)).toBe(true);
  for (const threads of [2, 3, 4, 7]) expect(await run(network, { threads }, changes)).toEqual(alone);
  expect(await run(network, { build: 'single' }, changes)).toEqual(alone);
});

test('an engine behind a worker gives what an inline one gives', async () => {
  const inline = await run(resnet('stages'), {}, {}, createInlineEngine);
  expect(await run(resnet('stages'), { threads: 2 })).toEqual(inline);
});

test('logits do not know whether the network has shortcut heads', async () => {
  const engine = await createInlineEngine({ threads: 1 });
  const training = defaultTrainingOptions({ epochs: 1, batchSize: 6, microBatch: 6 });
  const data = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.25] };
  const trained = resnet('blocks');
  await engine.load({ network: trained, training, ...data });
  const place = { epoch: 0, iteration: 0, iterationsPerEpoch: 1, headWeights: null, probe: false };
  await engine.trainStep(batch(6, 1), place);
  const withHeads = await engine.evaluateStep(batch(6, 2));
  const state = await engine.readState();

  const bare = withoutShortcutHeads(trained);
  const inference = Object.entries(state).filter(
    ([name]) => !name.startsWith('optimizer.') && !name.includes('head.stage'),
  );
  const vanilla = { ...training, lambda: defaultLambda('vanilla') };
  await engine.load({ network: bare, training: vanilla, ...data });
  await engine.writeState(Object.fromEntries(inference));
  const without = await engine.evaluateStep(batch(6, 2));
  expect([...without.logits]).toEqual([...withHeads.logits]);
  await engine.close();
});

test('a head weight of zero trains the trunk as if the head were not there', async () => {
  const off = await run(resnet('stages'), { threads: 1 }, { lambda: defaultLambda('vanilla') });
  const bare = await run(resnet('none'), { threads: 1 });
  expect(off.losses).toEqual(bare.losses);
  expect(off.logits).toEqual(bare.logits);
});

test('a network that does not fit is refused with numbers', async () => {
  const engine = await createInlineEngine({ threads: 1, memoryLimit: 1_000_000 });
  const training = defaultTrainingOptions({ epochs: 1, batchSize: 64, microBatch: 64 });
  const load = engine.load({ network: resnet('none'), training, mean: [0, 0, 0], std: [1, 1, 1] });
  await expect(load).rejects.toThrow(
    /resnet20 with 64 images at a time needs .* the limit is 1\.0 MiB, as asked for .*what fits: a batch of \d+/,
  );
  await engine.close();
});
