/** A time series, frames of 1 x 1 pixel, through a whole training: learnt, resumed, and refused where it does not fit. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, type OpenCheckpoint } from '../checkpoint/checkpoint.js';
import { createInlineEngine } from '../engine/createEngine.js';
import type { Engine } from '../engine/types.js';
import { defaultLambda } from '../lambda/schedule.js';
import { NetworkBuilder } from '../network/builder.js';
import { RandomStream } from '../random/philox.js';
import { train } from '../train/trainer.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import type { Batch, BatchSource, DataInfo } from './batch.js';

const input = { channels: 5, height: 1, width: 1, frames: true };
const spec = new NetworkBuilder({ name: 'series', input, timeSteps: 8, classes: 2 })
  .linear({ outFeatures: 16 })
  .norm()
  .lif()
  .linear({ outFeatures: 16 })
  .norm()
  .lif()
  .build();
const info: DataInfo = {
  ...{ name: 'turns', channels: 5, height: 1, width: 1, frames: 8, classes: 2, classNames: ['up', 'down'] },
  ...{ trainSize: 96, testSize: 32, mean: [0, 0, 0, 0, 0], std: [1, 1, 1, 1, 1] },
};

/** A bump that wanders over the channels, up or down: no single step tells which. */
function batch(first: number, count: number): Batch {
  const random = new RandomStream(first, 5);
  const images = new Float32Array(count * 8 * 5);
  const labels = Int32Array.from({ length: count }, (_, i) => (first + i) % 2);
  for (let i = 0; i < count; i++) {
    const start = random.below(5);
    for (let t = 0; t < 8; t++) {
      const at = (start + (labels[i] === 0 ? t : 8 * 5 - t)) % 5;
      images[(i * 8 + t) * 5 + at] = 1 + random.below(100) / 500;
    }
  }
  return { images, labels, indices: Uint32Array.from({ length: count }, (_, i) => first + i), size: count };
}

async function* batches(from: number, to: number) {
  for (let first = from; first < to; first += 32) yield batch(first, Math.min(32, to - first));
}
const data = (changes: Partial<DataInfo> = {}): BatchSource => ({
  info: { ...info, ...changes },
  trainBatchCount: 3,
  trainBatches: (_, from = 0) => batches(32 * from, 96),
  testBatches: () => batches(1000, 1032),
  close: async () => {},
});
const options = defaultTrainingOptions({
  ...{ epochs: 24, batchSize: 32, lambda: defaultLambda('vanilla'), lr: 0.01 },
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
});
let engine: Engine;
beforeAll(async () => {
  engine = await createInlineEngine({ build: 'single' });
});
afterAll(() => engine.close());

it('is learnt', async () => {
  const { metrics } = await train({ engine, network: spec, options, data: data() });
  expect(metrics.at(-1)?.testAccuracy).toBeGreaterThan(0.9);
});

it('goes on from a checkpoint to the same bits, with a loss of each step and a penalty on rates', async () => {
  const penalty = { kind: 'firing-rate', strength: 1, target: 0.2 } as const;
  const of = { ...options, epochs: 3, loss: { kind: 'tet', lambda: 0.05, phi: 1 } as const, penalty };
  const files: Uint8Array[] = [];
  const onCheckpoint = async (one: OpenCheckpoint) => void files.push(await encodeCheckpoint(one));
  const run = { engine, network: spec, options: of, data: data(), checkpointEvery: { steps: 4 } };
  const whole = await train({ ...run, onCheckpoint });
  const weights = await engine.weightsSha256();
  const [first] = files;
  const resume = await decodeCheckpoint(first as Uint8Array);
  expect(resume.position).toEqual({ epoch: 1, iteration: 1 });
  expect((await train({ ...run, resume })).metrics.map(({ trainLoss }) => trainLoss)).toEqual(
    whole.metrics.slice(1).map(({ trainLoss }) => trainLoss),
  );
  expect(await engine.weightsSha256()).toBe(weights);
  const { penalty: _, ...without } = of;
  await expect(train({ ...run, resume, options: without })).rejects.toThrow(
    "this run is not the checkpoint's: `penalty` is",
  );
});

it('of other steps than the network has is refused before the first step, naming both', async () => {
  const refused = (changes: Partial<DataInfo>, network = spec) =>
    expect(train({ engine, network, options, data: data(changes) })).rejects;
  await refused({ frames: 6 }).toThrow(
    "network 'series' reads frames, one for each of T = 8 time steps; data set 'turns' has frames, T = 6",
  );
  const { frames: _, ...images } = info;
  const still = { ...data(), info: images };
  await expect(train({ engine, network: spec, options, data: still })).rejects.toThrow("data set 'turns' has images");
  const { frames: __, ...one } = spec.input;
  await refused({}, { ...spec, input: one }).toThrow(
    "network 'series' reads images; its input needs `frames: true` and T = 8 (`timeSteps`); data set 'turns' has frames, T = 8",
  );
  await refused({ frames: 0 }).toThrow('data.info.frames must be a whole number from 1 up, got 0');
});
