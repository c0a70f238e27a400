/**
 * Every method with every other in a small residual network: it is built, trains three steps to a finite loss, to the same
 * bits on one thread and on three, in the memory that was planned, and goes on from a state to the same bits.
 *
 * Any two methods meet in some network here; `npm run test:kinds` tries all products of all families, which takes long.
 */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createEngine, createInlineEngine } from '../engine/createEngine.js';
import type { Engine, State } from '../engine/types.js';
import { usualOptions } from '../fields/field.js';
import type { Kind } from '../fields/kind.js';
import { defaultLambda } from '../lambda/schedule.js';
import type { Batch } from '../loader/batch.js';
import { losses } from '../losses/index.js';
import { allocator } from '../memory/allocator.test.support.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NetworkSpec, NeuronSettings, NormSettings } from '../network/spec.js';
import { neurons } from '../neurons/index.js';
import type { NeuronKind } from '../neurons/neuron.js';
import { norms } from '../norms/index.js';
import { RandomStream } from '../random/philox.js';
import { surrogates } from '../surrogates/index.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { residuals } from './residuals/index.js';
import type { ResidualKind } from './residuals/residual.js';

const axes = { neuron: neurons, norm: norms, surrogate: surrogates, residual: residuals, loss: losses } as const;
type Axis = keyof typeof axes;
type Choice = Record<Axis, string>;
const names = Object.keys(axes) as Axis[];
const choicesOf = (axis: Axis) => (axes[axis] as readonly Kind[]).map(({ name }) => name);

/** Choices in which any two methods meet: each takes what meets most of those that it has not met. */
function pairwise(): Choice[] {
  const met = new Set<string>();
  const key = (a: Axis, x: string, b: Axis, y: string) => [`${a} ${x}`, `${b} ${y}`].sort().join(' and ');
  const rows: Choice[] = [];
  for (const a of names) {
    for (const b of names.slice(names.indexOf(a) + 1)) {
      for (const x of choicesOf(a)) {
        for (const y of choicesOf(b)) {
          if (met.has(key(a, x, b, y))) continue;
          const row: Partial<Choice> = { [a]: x, [b]: y };
          for (const axis of names.filter((name) => row[name] === undefined)) {
            const others = Object.entries(row) as [Axis, string][];
            const gain = (name: string) =>
              others.filter(([other, its]) => !met.has(key(axis, name, other, its))).length;
            row[axis] = choicesOf(axis).reduce((best, name) => (gain(name) > gain(best) ? name : best));
          }
          rows.push(row as Choice);
          for (const p of names) for (const q of names) met.add(key(p, row[p] as string, q, row[q] as string));
        }
      }
    }
  }
  return rows;
}

function product(left: readonly Axis[] = names): Choice[] {
  const [first, ...rest] = left;
  if (first === undefined) return [{} as Choice];
  return choicesOf(first).flatMap((name) => product(rest).map((others) => ({ ...others, [first]: name })));
}

const usual = <K extends Kind>(family: readonly K[], name: string) => {
  const kind = family.find((one) => one.name === name) as K;
  return { kind: name, ...usualOptions(kind.options) };
};

/** Of two blocks, the second of which changes the shape; a head reads the first. */
function network({ neuron, norm, surrogate, residual }: Choice): NetworkSpec {
  const settings = { kind: neuron, surrogate: usual(surrogates, surrogate) } as NeuronSettings;
  const input = { channels: 3, height: 6, width: 6 };
  const normal = { kind: norm } as NormSettings;
  const net = new NetworkBuilder({ input, timeSteps: 2, classes: 3, neuron: settings, norm: normal });
  net.conv2d({ outChannels: 4, kernel: 3, padding: 1 }).norm();
  const { block, goesOn } = residuals.find(({ name }) => name === residual) as ResidualKind;
  const isOfCurrents = goesOn === 'currents';
  if (!isOfCurrents) net.lif();
  block(net, { name: 'block1', inChannels: 4, outChannels: 4, stride: 1 }, () => {});
  if (!isOfCurrents) net.tap('early');
  block(net, { name: 'block2', inChannels: 4, outChannels: 8, stride: 2 }, () => net.tap('early'));
  if (isOfCurrents) net.lif();
  return net.build({ heads: ['early'] });
}

const random = new RandomStream(3, 5);
const batch: Batch = {
  images: Uint8Array.from({ length: 4 * 6 * 6 * 3 }, () => random.below(256)),
  labels: Int32Array.of(0, 2, 1, 2),
  indices: Uint32Array.of(0, 1, 2, 3),
  size: 4,
};

async function train(engine: Engine, choice: Choice, from: State | null, steps: readonly number[]) {
  const lambda = defaultLambda('sbp');
  const loss = usual(losses, choice.loss) as TrainingOptions['loss'];
  const training = defaultTrainingOptions({ batchSize: 4, lambda, loss });
  const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  const plan = await engine.load({ network: network(choice), training, ...statistics });
  if (from !== null) await engine.writeState(from);
  const given = await allocator();
  const before = given.allocations;
  const found: number[] = [];
  for (const iteration of steps) {
    // With a look at every gradient in the first step.
    const place = { epoch: 0, iteration, iterationsPerEpoch: 10, headWeights: null, probe: iteration === 0 };
    found.push((await engine.trainStep(batch, place)).loss);
  }
  expect(given.allocations - before).toBe(0);
  return { plan, losses: found, weights: await engine.weightsSha256() };
}

/** Logits of the network that is loaded, as one that cannot be trained has them; afterwards it is loaded again. */
async function inference(engine: Engine, choice: Choice): Promise<Float32Array> {
  const state = await engine.readState();
  const training = defaultTrainingOptions({ batchSize: 4 });
  const request = { network: network(choice), training, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  const weights = Object.fromEntries(Object.entries(state).filter(([name]) => !name.startsWith('optimizer.')));
  await engine.load({ ...request, inference: true });
  await engine.writeState(weights);
  const { logits } = await engine.predict(batch.images);
  await engine.load(request);
  await engine.writeState(weights);
  return logits;
}

const isSigned = (name: string) => (neurons as readonly NeuronKind[]).some((one) => one.name === name && one.signed);
/** AND and IAND are of spikes 0 and 1. */
const isRefused = ({ neuron, residual }: Choice) => isSigned(neuron) && /^sew-i?and$/.test(residual);

const chosen = process.env.KESTIRME_EVERY_KIND === undefined ? pairwise() : product();

describe('a small residual network', () => {
  let [alone, three]: Engine[] = [];
  beforeAll(async () => {
    alone = await createInlineEngine({ build: 'single' });
    three = await createEngine({ threads: 3 });
  });
  afterAll(async () => {
    await alone?.close();
    await three?.close();
  });

  it.each(chosen.filter((choice) => !isRefused(choice)))(
    'of $neuron behind $norm with $surrogate, residual $residual, loss $loss',
    async (choice) => {
      const once = await train(alone as Engine, choice, null, [0, 1, 2]);
      expect(once.plan.totalBytes).toBeLessThan(once.plan.limitBytes);
      expect(once.losses.every(Number.isFinite)).toBe(true);
      expect({ ...(await train(three as Engine, choice, null, [0, 1, 2])), plan: null }).toEqual({
        ...once,
        plan: null,
      });
      await train(alone as Engine, choice, null, [0, 1]);
      const state = await (alone as Engine).readState();
      expect((await train(alone as Engine, choice, state, [2])).weights).toBe(once.weights);
      expect(await inference(alone as Engine, choice)).toEqual((await (alone as Engine).evaluateStep(batch)).logits);
    },
  );
});

test('AND and IAND of neurons that fire -1 are refused with words', () => {
  const others = { norm: 'bn', surrogate: 'atan', loss: 'mse' };
  const refused = product(['neuron', 'residual']).map(({ neuron, residual }) => ({ ...others, neuron, residual }));
  for (const choice of refused.filter(isRefused)) {
    expect(() => network(choice)).toThrow('needs spikes of 0 and 1 on both sides');
  }
  expect(refused.filter(isRefused).length).toBeGreaterThan(0);
});
