/**
 * A loss of each step, and penalties, in networks of every residual kind: gradients that heads have for each step reach
 * every layer that a head can read. Where neurons forget everything, all steps of an image are the same, so that the mean
 * of their losses is the loss of their mean.
 */
import { describe, expect, it } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { batch, place } from '../engine/engines.test.support.js';
import type { State } from '../engine/types.js';
import { defaultLambda } from '../lambda/schedule.js';
import { buildModel } from '../models/model.js';
import { residualNames } from '../models/residuals/index.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';

const input = { channels: 3, height: 16, width: 16 };
const sgd = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 } as const;

/** One step, after which the momentum is the gradient. */
async function step(residual: (typeof residualNames)[number], decay: number, changes: Partial<TrainingOptions>) {
  const network = buildModel('resnet20', {
    ...{ input, residual, width: 0.25, timeSteps: 2, classes: 4, heads: 'blocks', neuron: { decay } },
  });
  const engine = await createInlineEngine({ build: 'single' });
  try {
    const training = defaultTrainingOptions({
      batchSize: 16,
      lambda: defaultLambda('sbp'),
      optimizer: sgd,
      ...changes,
    });
    await engine.load({ network, training, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
    const { loss } = await engine.trainStep(batch(0), { ...place, headWeights: network.heads.map(() => 0.5) });
    return { loss, state: structuredClone(await engine.readState()) };
  } finally {
    await engine.close();
  }
}

function gradients(state: State): [string, Float32Array][] {
  const prefix = 'optimizer.momentum.';
  return Object.entries(state).flatMap(([name, { data }]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), data]] : [],
  );
}

const cases = residualNames.map((residual, i) => ({ residual, combine: i % 2 === 0 ? 'logits' : 'losses' }) as const);

describe.each(cases)('residual $residual, of $combine', ({ residual, combine }) => {
  it('TET of equal steps is cross entropy', async () => {
    const whole = await step(residual, 0, { combine });
    const each = await step(residual, 0, { combine, loss: { kind: 'tet', lambda: 0, phi: 1 } });
    expect(each.loss).toBeCloseTo(whole.loss, 6);
    const wanted = new Map(gradients(whole.state));
    for (const [name, gradient] of gradients(each.state)) {
      const want = wanted.get(name) as Float32Array;
      const scale = want.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6);
      const worst = gradient.reduce((most, x, i) => Math.max(most, Math.abs(x - (want[i] as number))), 0);
      expect(worst / scale, name).toBeLessThan(1e-4);
    }
  });

  it('a penalty without strength changes no bit', async () => {
    const penalty = { kind: 'firing-rate', strength: 0, target: 0.1 } as const;
    const tet = { combine, loss: { kind: 'tet', lambda: 0.05, phi: 1 } } as const;
    expect(await step(residual, 0.25, { ...tet, penalty })).toEqual(await step(residual, 0.25, tet));
  });
});
