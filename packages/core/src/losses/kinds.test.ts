/** Every loss over one head and over two, combined either way: it trains, to the same bits on threads. */
import { expect, it, test } from 'vitest';
import { createEngine, createInlineEngine } from '../engine/createEngine.js';
import { batch, place } from '../engine/engines.test.support.js';
import { usualOptions } from '../fields/field.js';
import { lossKernels } from '../kernels/api.js';
import { defaultLambda } from '../lambda/schedule.js';
import { NetworkBuilder } from '../network/builder.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions, trainingOptionsProblems } from '../train/validateOptions.js';
import { type LossSpec, losses } from './index.js';

const network = new NetworkBuilder({ input: { channels: 3, height: 16, width: 16 }, timeSteps: 2, classes: 4 })
  .conv2d({ outChannels: 8, kernel: 3, stride: 2, padding: 1 })
  .batchNorm()
  .lif()
  .tap('early')
  .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
  .batchNorm()
  .lif()
  .build({ heads: ['early'] });

/** Losses of four steps on one batch, then what the main head alone has, of plain labels. */
async function train(threads: number, changes: Partial<TrainingOptions>, of = network) {
  const engine = await (threads === 1 ? createInlineEngine({ build: 'single' }) : createEngine({ threads }));
  try {
    const training = defaultTrainingOptions({ batchSize: 16, lambda: defaultLambda('sbp'), lr: 0.01, ...changes });
    await engine.load({ network: of, training, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
    const steps: number[] = [];
    for (let iteration = 0; iteration < 4; iteration++) {
      const { loss } = await engine.trainStep(batch(0), { ...place, iteration, headWeights: [0.5, 0.5] });
      steps.push(loss);
    }
    const { logits, lossSum } = await engine.evaluateStep(batch(0));
    return { steps, logits: [...logits], lossSum, weights: await engine.weightsSha256() };
  } finally {
    await engine.close();
  }
}

const usual = losses.map(({ name, options }) => ({ kind: name, ...usualOptions(options) }) as LossSpec);
const combines = ['logits', 'losses'] as const;

it.each(usual.flatMap((loss) => combines.map((combine) => ({ loss, combine }))))(
  '$loss.kind of $combine falls, to the same bits on one thread and on three',
  async (changes) => {
    const alone = await train(1, { ...changes, labelSmoothing: 0.1 });
    expect(alone.steps.every(Number.isFinite)).toBe(true);
    expect(alone.steps[3]).toBeLessThan(alone.steps[0] as number);
    expect(await train(3, { ...changes, labelSmoothing: 0.1 })).toEqual(alone);
  },
);

test('TET of one time step, without its distance, is cross entropy', async () => {
  const once = { ...network, timeSteps: 1 };
  const tet = await train(1, { loss: { kind: 'tet', lambda: 0, phi: 1 } }, once);
  expect(tet).toEqual(await train(1, {}, once));
});

test('a loss that smooths labels itself does what the training option does', async () => {
  const own = await train(1, { loss: { kind: 'cross-entropy', smoothing: 0.1 } });
  expect(own).toEqual(await train(1, { labelSmoothing: 0.1 }));
});

test('mean squared error has its options from the specification', async () => {
  const loss = { kind: 'mse', correct: 0.8, incorrect: 0.1 } as const;
  const { logits, lossSum } = await train(1, { loss });
  const { labels } = batch(0);
  const errors = logits.map((z, at) => z - (labels[Math.floor(at / 4)] === at % 4 ? 0.8 : 0.1));
  expect(lossSum).toBeCloseTo(errors.reduce((sum, error) => sum + error * error, 0) / 4, 6);
});

test('each loss leaves weights of its own', async () => {
  const weights = await Promise.all(usual.map(async (loss) => (await train(1, { loss })).weights));
  expect(new Set(weights).size).toBe(losses.length);
});

test('an evaluation has the loss of the training, of plain labels', async () => {
  const { logits, lossSum } = await train(1, { labelSmoothing: 0.1 });
  const { labels } = batch(0);
  const own = [...labels].map((label, image) => {
    const z = logits.slice(4 * image, 4 * image + 4);
    return Math.log(z.reduce((sum, one) => sum + Math.exp(one), 0)) - (z[label] as number);
  });
  expect(lossSum).toBeCloseTo(
    own.reduce((sum, one) => sum + one, 0),
    9,
  );
});

test('the kernels have the losses of this list', () => {
  expect([...lossKernels].sort()).toEqual(losses.map(({ name }) => name).sort());
});

it.each<[unknown, string]>([
  [{ kind: 'hinge' }, '`loss.kind` must be one of cross-entropy, mse'],
  [null, '`loss.kind` must be one of cross-entropy, mse'],
  [{ kind: 'mse', correct: 1 }, '`loss.incorrect` must be a number from -1000 to 1000, got undefined'],
  [{ kind: 'cross-entropy', gamma: 1 }, '`loss.gamma` is not an option'],
  [{ kind: 'cross-entropy', smoothing: 1 }, '`loss.smoothing` must be a number from 0 to 0.999, got 1'],
  [{ kind: 'tet', lambda: 2, phi: 1 }, '`loss.lambda` must be a number from 0 to 1, got 2'],
])('%j is refused', (loss, problem) => {
  const problems = trainingOptionsProblems(defaultTrainingOptions({ loss: loss as LossSpec }));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(problem);
});

test('labels are smoothed once', () => {
  const options = defaultTrainingOptions({ loss: { kind: 'cross-entropy', smoothing: 0.1 }, labelSmoothing: 0.1 });
  expect(trainingOptionsProblems(options)).toEqual([
    '`loss.smoothing` and `labelSmoothing` are the same of labels: give one of them',
  ]);
});
