/** Moving averages of the weights, and weight decay of all parameters, on a small network. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint/checkpoint.js';
import { loadForInference } from '../checkpoint/loadForInference.js';
import { createInlineEngine } from '../engine/createEngine.js';
import { batch, network, place, request } from '../engine/engines.test.support.js';
import type { Engine, State } from '../engine/types.js';
import { answeringWeights } from '../loaded/state.js';
import { isOfOptimizer } from '../loaded/tensorNames.js';
import type { TrainingOptions } from '../train/options.js';

let engine: Engine;
beforeAll(async () => {
  engine = await createInlineEngine({ build: 'single' });
});
afterAll(() => engine.close());

const { training, ...rest } = request();
const load = (changes: Partial<TrainingOptions>) => engine.load({ ...rest, training: { ...training, ...changes } });

/** The state before the first of these steps, and after each. */
async function states(steps: readonly number[]): Promise<State[]> {
  const all = [await engine.readState()];
  for (const iteration of steps) {
    await engine.trainStep(batch(iteration), { ...place, iteration });
    all.push(await engine.readState());
  }
  return all;
}

const weightNames = (state: State) => Object.keys(state).filter((name) => !isOfOptimizer(name));
const values = (state: State | undefined, name: string) => (state as State)[name]?.data as Float32Array;

it('average every weight and running statistic, and leave the training as it is', async () => {
  await load({});
  const without = await states([0, 1, 2]);
  expect(Object.keys(without[0] as State).filter((name) => name.includes('average'))).toEqual([]);
  // Reaches its decay in the third step: 2 / 11, 3 / 12, then 4 / 13 would be more.
  await load({ ema: 0.26 });
  const all = await states([0, 1, 2]);
  const decays = [2 / 11, 3 / 12, 0.26];
  expect(weightNames(all[0] as State)).toContain('norm1.running_var');
  for (const name of weightNames(all[0] as State)) {
    expect(values(all[3], name)).toEqual(values(without[3], name));
    expect(values(all[0], `optimizer.average.${name}`)).toEqual(values(all[0], name));
    let expected = values(all[0], name);
    decays.forEach((decay, i) => {
      const now = values(all[i + 1], name);
      expected = expected.map((before, k) => before + (1 - decay) * ((now[k] as number) - before));
    });
    expect(values(all[3], `optimizer.average.${name}`)).toEqual(expected);
  }
});

it('answer in an evaluation, in a prediction and from a file, with the same bits', async () => {
  await load({ ema: 0.9 });
  const state = (await states([0, 1, 2]))[3] as State;
  const weights = await engine.weightsSha256();
  const { logits } = await engine.evaluateStep(batch(5));
  expect((await engine.predict(batch(5).images)).logits).toEqual(logits);
  expect(await engine.weightsSha256()).toBe(weights);
  const sums = { ...{ network, mean: rest.mean, std: rest.std, position: { epoch: 1, iteration: 0 } }, sums: null };
  const checkpoint = { version: 2, ...sums, logBytes: null, lambda: null, best: null, state } as const;
  const file = await encodeCheckpoint({ ...checkpoint, training: { ...training, ema: 0.9 } });
  await loadForInference(engine, await decodeCheckpoint(file));
  expect((await engine.evaluateStep(batch(5))).logits).toEqual(logits);
  await load({});
  await engine.writeState(answeringWeights(state));
  expect((await engine.evaluateStep(batch(5))).logits).toEqual(logits);
  await engine.writeState(state);
  expect((await engine.evaluateStep(batch(5))).logits).not.toEqual(logits);
});

it('go on from a state to the same bits, and from weights alone begin again', async () => {
  await load({ ema: 0.9 });
  const all = await states([0, 1, 2, 3]);
  await load({ ema: 0.9, seed: 3 });
  await engine.writeState(all[2] as State);
  expect((await states([2, 3]))[2]).toEqual(all[4]);
  const bare = Object.fromEntries(Object.entries(all[2] as State).filter(([name]) => !isOfOptimizer(name)));
  await engine.writeState(bare);
  const [begun] = (await states([])) as [State];
  for (const name of weightNames(begun))
    expect(values(begun, `optimizer.average.${name}`)).toEqual(values(begun, name));
});

it('are put back by a profile, and stand in the memory plan', async () => {
  const bytes = (await load({})).totalBytes;
  const plan = await load({ ema: 0.9 });
  const part = plan.parts.find(({ name }) => name === 'optimizer average');
  expect(plan.totalBytes - bytes).toBe(part?.bytes);
  expect(part?.bytes).toBeGreaterThan(plan.parts.find(({ name }) => name === 'parameters')?.bytes as number);
  const before = (await states([0]))[1];
  await engine.profile(batch(1), { steps: 1, calibrate: false });
  expect(await engine.readState()).toEqual(before);
});

it.each([{ clipNorm: 0 }, { clipNorm: 1e9 }])(
  'weight decay is of the weights, or of all parameters: %o',
  async (kept) => {
    const optimizer = { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 } as const;
    const after = async (changes: object) => {
      await load({ ...kept, lr: 0.5, schedule: { kind: 'constant' }, optimizer: { ...optimizer, ...changes } });
      return states([0]);
    };
    const [begun, plain] = (await after({})) as [State, State];
    const decayed = (state: State | undefined) =>
      weightNames(begun).filter((name) =>
        values(state, name).some((x, i) => {
          // The step takes 0.5 x 0.1 of each weight away besides.
          const taken = (values(plain, name)[i] as number) - x;
          return taken !== 0 && Math.abs(taken - 0.05 * (values(begun, name)[i] as number)) < 1e-6;
        }),
      );
    const parameters = weightNames(begun).filter((name) => !name.includes('running'));
    const largeOnes = ['conv1.weight', 'conv2.weight', 'head.main.weight'];
    expect(decayed((await after({ weightDecay: 0.1 }))[1])).toEqual(largeOnes);
    // Biases begin at 0, of which there is nothing to take away.
    const nonZero = parameters.filter((name) => !name.endsWith('bias'));
    expect(decayed((await after({ weightDecay: 0.1, decayOn: 'all' }))[1])).toEqual(nonZero);
    expect(nonZero).toHaveLength(5);
  },
);
