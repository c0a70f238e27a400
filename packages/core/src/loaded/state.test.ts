/** States that are not of the loaded network are refused before anything is written. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import type { Engine, State } from '../engine/types.js';
import { withoutShortcutHeads } from '../heads/heads.js';
import { buildModel, type ModelOptions } from '../models/model.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';

const input = { channels: 1, height: 8, width: 8 };
const training = defaultTrainingOptions({ batchSize: 2 });
const network = (name: string, options: ModelOptions = {}) =>
  buildModel(name, { width: 0.0625, timeSteps: 1, input, ...options });
const load = (engine: Engine, spec: ReturnType<typeof network>) =>
  engine.load({ network: spec, training, mean: [0.5], std: [0.2] });

let engine: Engine;
const states: Record<string, State> = {};
beforeAll(async () => {
  engine = await createInlineEngine({ build: 'single' });
  for (const [name, spec] of Object.entries({
    resnet18: network('resnet18'),
    resnet34: network('resnet34'),
    wider: network('resnet18', { width: 0.25 }),
    bare: network('resnet18', { heads: 'none' }),
  })) {
    const own =
      spec.heads.length === 1 ? { ...training, lambda: { ...training.lambda, preset: 'vanilla' as const } } : training;
    await engine.load({ network: spec, training: own, mean: [0.5], std: [0.2] });
    states[name] = await engine.readState();
  }
  await load(engine, network('resnet18'));
});
afterAll(() => engine.close());

it.each([
  ['resnet34', /^the state is not of the loaded network, resnet18: it also has "stage1\.block3\.conv1\.weight"$/],
  ['wider', /^the state is not of the loaded network, resnet18: its "stem\.conv\.weight" has shape \[16,.*has \[4,/],
  [
    'bare',
    /^the state is not of the loaded network, resnet18: it has no "head\.stage1\.weight", the network's has \[10,/,
  ],
])('that of %s names the network, and what is amiss in its weights', async (name, message) => {
  const before = await engine.weightsSha256();
  await expect(engine.writeState(states[name] as State)).rejects.toThrow(message);
  expect(await engine.weightsSha256()).toBe(before);
});

it('the optimiser is named where its tensors alone do not fit', async () => {
  const { 'optimizer.momentum.stem.conv.weight': _, ...part } = states.resnet18 as State;
  await expect(engine.writeState(part)).rejects.toThrow('has some of the optimiser\'s tensors but not "optimizer.mom');
});

it('that of a network with more heads, or with counters of PyTorch, is taken', async () => {
  const counter = { shape: [1], data: new Float32Array(1) };
  await load(engine, withoutShortcutHeads(network('resnet18')));
  await engine.writeState({ ...(states.resnet18 as State), 'stem.norm.num_batches_tracked': counter });
  await load(engine, network('resnet18'));
});
