import { expect, it } from 'vitest';
import { TrainingError } from './trainingError.js';
import { defaultTrainingOptions } from './validateOptions.js';

const batch = { images: new Uint8Array(1), labels: new Int32Array(1), indices: new Uint32Array(1), size: 1 };
const place = { epoch: 0, iteration: 0, batch, checkpoint: null, checkpointName: undefined };

it.each([
  [{}, 'a lower `lr`, a longer `warmupEpochs`, a lower `optimizer.weightDecay` or with `clipNorm`.'],
  [{ clipNorm: 5 }, 'a lower `lr`, a longer `warmupEpochs`, a lower `optimizer.weightDecay` or a lower `clipNorm`.'],
  [
    { optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 } as const },
    'a lower `lr`, a longer `warmupEpochs` or with `clipNorm`.',
  ],
])('advises what can make a run with %j tamer', (changes, advice) => {
  const { message } = new TrainingError('x', { ...place, options: defaultTrainingOptions(changes) });
  expect(message.endsWith(`start one with ${advice}`)).toBe(true);
});
