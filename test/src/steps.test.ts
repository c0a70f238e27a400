/**
 * What knows of time outside of neurons, against SpikingJelly and PyTorch's autograd in float64: frames, TET, the penalty
 * on firing rates, label smoothing of a loss's own. test/golden/make_steps.py; tolerances as in golden.test.ts.
 */
import { readFileSync } from 'node:fs';
import {
  type Batch,
  createEngine,
  createInlineEngine,
  defaultLambda,
  defaultTrainingOptions,
  type LossSpec,
  NetworkBuilder,
  type State,
  type TrainingOptions,
} from 'kestirme';
import { describe, expect, it, test } from 'vitest';

interface Tensors {
  [name: string]: { shape: number[]; data: number[] };
}
interface Case {
  name: string;
  loss: LossSpec;
  combine: 'logits' | 'losses';
  penalty?: [strength: number, target: number];
  value: number;
  tensors: Tensors;
}
const golden: { labels: number[]; tensors: Tensors; cases: Case[] } = JSON.parse(
  readFileSync(new URL('../golden/steps.json', import.meta.url), 'utf8'),
);

const network = new NetworkBuilder({
  input: { channels: 2, height: 6, width: 6, frames: true },
  timeSteps: 3,
  classes: 4,
})
  .conv2d({ outChannels: 8, kernel: 3, padding: 1, bias: true })
  .lif()
  .tap('early')
  .conv2d({ outChannels: 8, kernel: 3, stride: 2, padding: 1 })
  .norm()
  .lif()
  .build({ heads: ['early'] });

const size = golden.labels.length;
const frames = Float32Array.from(golden.tensors.frames?.data ?? []);
const batchOf = (images: Float32Array, labels: readonly number[]): Batch => ({
  images,
  labels: Int32Array.from(labels),
  indices: Uint32Array.from(labels, (_, i) => i),
  size: labels.length,
});
const batch = batchOf(frames, golden.labels);
const headWeights = [0.75, 0.5];
const place = { epoch: 0, iteration: 0, iterationsPerEpoch: 1, headWeights, probe: false };

/** A step from the file's weights, whose first momentum is the gradient; then what the main head answers before it. */
async function step({ loss, combine, penalty }: Case, threads: number, changes: Partial<TrainingOptions> = {}) {
  const engine = await createEngine(threads === 1 ? { build: 'single' } : { threads });
  try {
    const training = defaultTrainingOptions({
      ...{ epochs: 1, batchSize: size, loss, combine, lambda: defaultLambda('sbp') },
      optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 },
      ...(penalty ? { penalty: { kind: 'firing-rate', strength: penalty[0], target: penalty[1] } } : {}),
      ...changes,
    });
    await engine.load({ network, training, mean: [0, 0], std: [1, 1] });
    const state: State = await engine.readState();
    for (const [name, { shape, data }] of Object.entries(golden.tensors)) {
      if (name !== 'frames') state[name.slice('init.'.length)] = { shape, data: Float32Array.from(data) };
    }
    await engine.writeState(state);
    const result = await engine.trainStep(batch, { ...place, probe: true });
    return { result, after: await engine.readState(), weights: await engine.weightsSha256() };
  } finally {
    await engine.close();
  }
}

function expectClose(name: string, actual: ArrayLike<number>, expected: readonly number[], relative: number): void {
  expect(actual.length, name).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, i) => Math.abs((actual[i] as number) - value)));
  expect(worst / scale, `${name}: largest difference over largest value`).toBeLessThan(relative);
}

describe.each(golden.cases)('$name', (one) => {
  it('has the loss and every gradient of the golden file, to the same bits on one thread and on three', async () => {
    const { result, after, weights } = await step(one, 1);
    expectClose('loss', [result.loss], [one.value], 1e-6);
    const names = Object.keys(one.tensors).filter((name) => name.startsWith('grad.'));
    expect(names).toHaveLength(9);
    for (const name of names) {
      const gradient = after[`optimizer.momentum.${name.slice('grad.'.length)}`]?.data ?? [];
      expectClose(name, gradient, one.tensors[name]?.data ?? [], 2e-6);
    }
    const norm = Math.hypot(...(one.tensors['tapgrad.early']?.data ?? []));
    expectClose('tap', [result.probe?.taps.early?.norm ?? Number.NaN], [norm], 2e-6);
    const three = await step(one, 3);
    expect(three.weights).toBe(weights);
    expect(three.result).toEqual(result);
  });
});

test('the training option for smoothing and that of the loss are one', async () => {
  const [own, none] = ['tet of losses, smoothed', 'tet of losses, smoothed'].map(
    (name) => golden.cases.find((one) => one.name === name) as Case,
  ) as [Case, Case];
  const { smoothing, ...loss } = own.loss as { kind: 'tet'; lambda: number; phi: number; smoothing: number };
  const { weights } = await step({ ...none, loss }, 1, { labelSmoothing: smoothing });
  expect(weights).toBe((await step(own, 1)).weights);
});

describe('micro-batches', () => {
  // Each image by itself has no batch normalisation to speak of, so that rates and losses alone are compared: of a loss of
  // each step, the parts add up to the whole.
  it('add up to the loss of the whole batch', async () => {
    const tet = golden.cases.find(({ name }) => name === 'tet') as Case;
    const bias = new NetworkBuilder({ input: network.input, timeSteps: 3, classes: 4 })
      .conv2d({ outChannels: 8, kernel: 3, padding: 1, bias: true })
      .lif()
      .build();
    const losses = [];
    for (const microBatch of [1, 2, 3]) {
      const engine = await createInlineEngine({ build: 'single' });
      const options = { epochs: 1, batchSize: 3, microBatch, loss: tet.loss, lambda: defaultLambda('vanilla') };
      await engine.load({ network: bias, training: defaultTrainingOptions(options), mean: [0, 0], std: [1, 1] });
      losses.push((await engine.trainStep(batch, { ...place, headWeights: [1] })).loss);
      const { lossSum, correct, logits } = await engine.evaluateStep(batch);
      const { labels, logits: predicted } = await engine.predict(frames);
      expect(predicted).toEqual(logits);
      expect(correct).toBe(golden.labels.filter((label, i) => label === labels[i]).length);
      expect(lossSum).toBeGreaterThan(0);
      await engine.close();
    }
    expect(losses[1]).toBeCloseTo(losses[0] as number, 9);
    expect(losses[2]).toBeCloseTo(losses[0] as number, 9);
  });
});

test('an evaluation with TET has its loss, and answers by the mean over the steps', async () => {
  const one = golden.cases[1] as Case;
  const engine = await createInlineEngine({ build: 'single' });
  const options = { epochs: 1, batchSize: size, loss: one.loss, lambda: defaultLambda('sbp') };
  await engine.load({ network, training: defaultTrainingOptions(options), mean: [0, 0], std: [1, 1] });
  const each: number[] = [];
  const trained = await engine.evaluateStep(batch);
  for (let i = 0; i < size; i++) {
    const image = frames.subarray(i * 216, (i + 1) * 216);
    each.push((await engine.evaluateStep(batchOf(image, golden.labels.slice(i, i + 1)))).lossSum);
  }
  expect(trained.lossSum).toBeCloseTo(
    each.reduce((sum, loss) => sum + loss, 0),
    9,
  );
  // The same network that takes its logits of all steps together has the same answers, but for rounding.
  await engine.load({
    ...{ network, mean: [0, 0], std: [1, 1] },
    training: defaultTrainingOptions({ ...options, loss: { kind: 'cross-entropy' } }),
  });
  const together = await engine.evaluateStep(batch);
  expectClose('logits', trained.logits, [...together.logits], 1e-6);
  await engine.close();
});
