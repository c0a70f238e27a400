import { openDataset } from '@kestirme/datasets';
import { createInlineEngine, defaultTrainingOptions } from 'kestirme';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { networkOf } from '../setting/recipe.js';
import { usualSetting } from '../setting/setting.js';
import { ask } from './ask.js';
import { softmax } from './headAnswers.js';

let engine: Awaited<ReturnType<typeof createInlineEngine>>;
beforeAll(async () => {
  engine = await createInlineEngine({ build: 'single' });
});
afterAll(() => engine.close());

test('heads answer by the formula that the engine has for the main one, and the raster shows who fired', async () => {
  const { info, test: images } = await openDataset('builtin', { limit: { train: 40, test: 4 } });
  const network = networkOf({ ...usualSetting, depth: '20', timeSteps: 3 }, 'shortcut', info);
  const training = defaultTrainingOptions({ batchSize: 20, lr: 0.1 });
  await engine.load({ network, training, mean: info.mean, std: info.std });
  // An untrained network is silent in its last layers, and its heads say nothing.
  const state = await engine.readState();
  for (const [name, { data }] of Object.entries(state)) {
    if (name.endsWith('.running_var')) data.fill(0.02);
    if (name.startsWith('head.')) data.set(data.map((_, i) => ((i * 37) % 101) / 25 - 2));
  }
  await engine.writeState(state);
  for (let i = 0; i < 4; i++) {
    const pixels = images.images.slice(i * 1024, (i + 1) * 1024);
    const { heads, raster } = await ask(engine, network, { pixels, label: null, test: null });
    expect(heads.map(({ name }) => name).slice(0, 3)).toEqual(['main', 'stage1.block1', 'stage1.block2']);
    const { logits } = await engine.predict(pixels);
    const expected = softmax([...logits]);
    expect(Math.max(...expected)).toBeGreaterThan(0.12);
    heads[0]?.probabilities.forEach((probability, c) => {
      expect(probability).toBeCloseTo(expected[c] as number, 5);
    });
    expect(raster.rates.at(-1)).toBeGreaterThan(0.01);
    expect([raster.layers, raster.steps, raster.fired.length]).toEqual([19, 3, 19 * 3 * raster.neurons]);
    const { spikes } = await engine.evaluateStep({
      images: pixels,
      labels: Int32Array.of(0),
      indices: Uint32Array.of(0),
      size: 1,
    });
    Object.values(spikes).forEach(({ fired, total }, layer) => {
      expect(raster.rates[layer]).toBeCloseTo(fired / total, 10);
    });
  }
});
