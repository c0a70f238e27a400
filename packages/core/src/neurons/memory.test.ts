/** What neurons have in memory before a step: nothing that matters, and membranes that may start at random. */
import { describe, expect, it, test } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { batch } from '../engine/engines.test.support.js';
import { defaultLambda } from '../lambda/schedule.js';
import type { NeuronSettings } from '../network/spec.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { neuronNames } from './index.js';
import { again, network, train } from './small.test.support.js';

test.each(neuronNames)('what a step with a %s leaves in memory does not matter to the next', async (kind) => {
  const [first, second] = await again({ kind } as NeuronSettings, [0, 0]);
  expect(second).toBe(first);
});

describe('membranes that start at random', () => {
  const settings = (kind: NeuronSettings['kind']) => ({ kind, initialMembrane: 0.5 }) as NeuronSettings;

  it.each(neuronNames)(
    'of a %s, are the same on one thread and on three, and after a resume, and others in another step',
    async (kind) => {
      const alone = await train(settings(kind), 1);
      expect((await train(settings(kind), 3)).weights).toBe(alone.weights);
      expect((await train({ kind } as NeuronSettings, 1)).weights).not.toBe(alone.weights);
      const two = await train(settings(kind), 1, {}, 2);
      expect((await train(settings(kind), 1, two.parameters, 3, {}, {}, undefined, 2)).weights).toBe(alone.weights);
      const [first, same, other] = await again(settings(kind), [0, 0, 1]);
      expect(same).toBe(first);
      expect(other).not.toBe(first);
    },
  );

  test('of an image do not depend on the images beside it, and are the same in every evaluation', async () => {
    const engine = await createInlineEngine({ build: 'single' });
    try {
      const training = defaultTrainingOptions({ batchSize: 16, lambda: defaultLambda('sbp') });
      const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
      await engine.load({ network: network(settings('lif')), training, ...statistics });
      const { images, indices } = batch(0);
      const all = (await engine.predict(images, indices)).logits;
      expect((await engine.predict(images, indices)).logits).toEqual(all);
      const size = 16 * 16 * 3;
      const one = await engine.predict(images.slice(5 * size, 6 * size), indices.slice(5, 6));
      expect(one.logits).toEqual(all.slice(5 * 4, 6 * 4));
      const renumbered = await engine.predict(images.slice(5 * size, 6 * size), Uint32Array.of(99));
      expect(renumbered.logits).not.toEqual(one.logits);
    } finally {
      await engine.close();
    }
  });

  test('are no part of a specification in which they start at zero', () => {
    const [none, zero, some] = [{}, { initialMembrane: 0 }, { initialMembrane: 0.25 }].map((one) => network(one));
    expect(zero).toEqual(none);
    expect(JSON.stringify(none)).not.toContain('initialMembrane');
    expect(JSON.stringify(some)).toContain('"initialMembrane":0.25');
  });
});
