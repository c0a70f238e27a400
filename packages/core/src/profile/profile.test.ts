import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createInlineEngine } from '../engine/createEngine.js';
import type { Engine, LoadRequest } from '../engine/types.js';
import type { Batch } from '../loader/batch.js';
import { buildModel } from '../models/model.js';
import { describeNetwork } from '../network/count.js';
import { RandomStream } from '../random/philox.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import type { Profile } from './types.js';

const input = { channels: 3, height: 8, width: 8 };
const network = buildModel('resnet20', { width: 0.25, timeSteps: 2, input, classes: 5 });
const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const;
const request: LoadRequest = {
  network,
  training: defaultTrainingOptions({ batchSize: 6, microBatch: 4, optimizer: adam }),
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
};
const first = { epoch: 0, iteration: 0, iterationsPerEpoch: 10, headWeights: null, probe: false };

function images(seed: number): Batch {
  const random = new RandomStream(seed, 5);
  return {
    images: Uint8Array.from({ length: 6 * 8 * 8 * 3 }, () => random.below(256)),
    labels: Int32Array.from({ length: 6 }, () => random.below(5)),
    indices: Uint32Array.from({ length: 6 }, (_, i) => i),
    size: 6,
  };
}

const of = (profile: Profile, kernel: string) => profile.rows.filter((row) => row.kernel === kernel);
const sum = (values: (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? Number.NaN), 0);

describe('a profile', () => {
  let engine: Engine;
  let profile: Profile;

  beforeAll(async () => {
    engine = await createInlineEngine({ build: 'single' });
    await engine.load(request);
    profile = await engine.profile(images(1), { steps: 3, position: first });
  });
  afterAll(() => engine.close());

  // A batch in one part: gradients of convolutions pass by and are not kept.
  it.each([4, 6])(
    'leaves the run as it was: the same bits as without it, in parts of %i images',
    async (microBatch) => {
      const training = { ...request.training, microBatch };
      const engines = [await createInlineEngine({ build: 'single' }), await createInlineEngine({ build: 'single' })];
      const steps = [];
      for (const one of engines) {
        await one.load({ ...request, training });
        const profiled = one === engines[0];
        if (profiled) await one.profile(images(1), { steps: 2, calibrate: false });
        const before = await one.weightsSha256();
        const { loss } = await one.trainStep(images(2), first);
        if (profiled) await one.profile(images(3), { steps: 1, calibrate: false });
        const second = await one.trainStep(images(4), { ...first, iteration: 1 });
        steps.push([before, loss, second.loss, await one.weightsSha256()]);
        await one.close();
      }
      expect(steps[0]).toEqual(steps[1]);
    },
  );

  it('holds every kernel of every layer, with as many calls as the step has parts', () => {
    const convolutions = network.layers.filter((layer) => layer.type === 'conv2d').map(({ name }) => name);
    expect(
      of(profile, 'conv2d forward')
        .map(({ layer }) => layer)
        .sort(),
    ).toEqual(convolutions.slice(1).sort());
    expect(of(profile, 'conv2d forward, dense').map(({ layer }) => layer)).toEqual(['stem.conv']);
    expect(
      of(profile, 'conv2d weight gradient')
        .map(({ layer }) => layer)
        .sort(),
    ).toEqual(convolutions.slice(1).sort());
    expect(of(profile, 'conv2d input gradient')).toHaveLength(convolutions.length - 1);
    const neurons = network.layers.filter((layer) => layer.type === 'lif').map(({ name }) => name);
    expect(of(profile, 'neurons forward').map(({ layer }) => layer)).toEqual(neurons);
    expect(of(profile, 'neurons backward').map(({ layer }) => layer)).toEqual([...neurons].reverse());
    expect(of(profile, 'linear backward').map(({ layer }) => layer)).toEqual(
      network.heads.map((h) => `head.${h.name}`),
    );
    expect(of(profile, 'adam')).toMatchObject([{ layer: 'optimizer', calls: 2 }]);
    expect(of(profile, 'encode')).toMatchObject([{ layer: 'input', calls: 2 }]);
    for (const row of of(profile, 'conv2d forward')) expect(row.calls).toBe(2);
    // Names of the glue itself would be kernels that nobody has named.
    for (const { kernel } of profile.rows) expect(kernel).toMatch(/^[a-z][a-z0-9 ,]*$/);
  });

  it('counts the operations that the network has', () => {
    const { rows } = describeNetwork(network);
    const convolutions = rows.filter(({ type }) => type === 'conv2d');
    // The stem sees the same image at every time step and runs once.
    const expected = sum(convolutions.map(({ name, macs }) => 6 * macs * (name === 'stem.conv' ? 1 : 2)));
    const forward = [...of(profile, 'conv2d forward'), ...of(profile, 'conv2d forward, dense')];
    expect(sum(forward.map(({ macs }) => macs))).toBe(expected);
    for (const row of of(profile, 'conv2d forward')) {
      expect(row.firingRate).toBeGreaterThan(0);
      expect(row.firingRate).toBeLessThan(1);
      expect(row.additions).toBeCloseTo((row.macs ?? Number.NaN) * (row.firingRate ?? Number.NaN));
    }
    for (const row of of(profile, 'conv2d input gradient')) {
      expect(row.activeShare).toBeGreaterThan(0);
      expect(row.activeShare).toBeLessThan(1);
    }
    // [T, B, H, W, C] floats of the batch in, bits out: spikes and active neurons, 32 to a word.
    expect(of(profile, 'neurons forward')[0]).toMatchObject({
      bytesRead: 4 * 6 * 64 * 4,
      bytesWritten: 2 * 4 * 2 * 6 * 64,
    });
  });

  it('agrees with the evaluation about firing rates', async () => {
    const batch = images(7);
    const evaluation = await engine.profile(batch, { mode: 'evaluation', steps: 1, calibrate: false });
    const { spikes } = await engine.evaluateStep(batch);
    const rate = ({ fired, total }: { fired: number; total: number }) => fired / total;
    const row = of(evaluation, 'conv2d forward').find(({ layer }) => layer === 'stage1.block1.conv1');
    expect(row?.firingRate).toBe(rate(spikes['stem.lif'] ?? { fired: 0, total: 0 }));
    expect(of(evaluation, 'neurons backward')).toEqual([]);
    expect(evaluation.machine).toBeNull();
  });

  it('tells what no kernel took, and how near each came to the rates of the machine', () => {
    expect(profile).toMatchObject({ mode: 'training', steps: 3, batch: 6, threads: 1, build: 'single' });
    for (const row of profile.rows) expect(row.milliseconds).toBeGreaterThanOrEqual(0);
    // Every step is longer than its kernels together.
    expect(profile.otherMilliseconds).toBeGreaterThan(0);
    expect(profile.stepMilliseconds).toBeGreaterThan(profile.otherMilliseconds);
    expect(profile.machine?.gigaMacsPerSecond).toBeGreaterThan(0);
    expect(of(profile, 'conv2d forward')[0]?.roofline?.share).toBeGreaterThan(0);
  });

  it('refuses no steps at all', async () => {
    await expect(engine.profile(images(1), { steps: 0 })).rejects.toThrow('steps must be an integer from 1, got 0');
  });
});

it('comes from an engine behind a worker, too', async () => {
  const engine = await createEngine({ threads: 2 });
  try {
    await engine.load(request);
    const profile = await engine.profile(images(1), { steps: 2, calibrate: false });
    expect(profile).toMatchObject({ threads: 2, batch: 6 });
    expect(of(profile, 'neurons backward')).toHaveLength(network.layers.filter(({ type }) => type === 'lif').length);
  } finally {
    await engine.close();
  }
});

it('knows the work of currents that several read and of membranes that are normalised', async () => {
  const engine = await createInlineEngine({ build: 'single' });
  const sizes = { width: 0.25, timeSteps: 2, input, classes: 5 };
  const spec = buildModel('resnet20', { ...sizes, residual: 'ms', neuron: { kind: 'mpbn' } });
  await engine.load({ ...request, network: spec });
  const profile = await engine.profile(images(1), { steps: 1, calibrate: false, position: first });
  const kernels = ['current', 'current backward', 'sum over steps', 'accumulate', 'neurons forward by steps'];
  for (const kernel of [...kernels, 'neurons backward by steps']) {
    const rows = of(profile, kernel);
    expect(rows.length, kernel).toBeGreaterThan(0);
    for (const { layer, bytesRead } of rows) expect(bytesRead, `${kernel} of ${layer}`).toBeGreaterThan(0);
  }
  expect(of(profile, 'current').map(({ layer }) => layer)).toContain('stem.norm');
  await engine.close();
});
