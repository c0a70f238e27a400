import { describe, expect, it } from 'vitest';
import type { TrainingOptions } from './options.js';
import {
  defaultTrainingOptions,
  OptionsError,
  trainingOptionsProblems,
  validateTrainingOptions,
} from './validateOptions.js';

const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const;
const sgd = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 } as const;

describe('defaultTrainingOptions', () => {
  it('is possible, and takes changes', () => {
    expect(trainingOptionsProblems(defaultTrainingOptions(), 4)).toEqual([]);
    const small = defaultTrainingOptions({ batchSize: 16, optimizer: adam });
    expect(trainingOptionsProblems(small, 4)).toEqual([]);
    expect(small).toMatchObject({ batchSize: 16, microBatch: 16, optimizer: adam, lr: 0.1 });
    expect(defaultTrainingOptions({ batchSize: 16, microBatch: 4 }).microBatch).toBe(4);
  });
});

describe('validateTrainingOptions', () => {
  it.each<[string, Partial<TrainingOptions>]>([
    ['`epochs` must be an integer from 1 to 1000000, got 0', { epochs: 0 }],
    ['`epochs` must be an integer from 1 to 1000000, got 1.5', { epochs: 1.5 }],
    [
      '`batchSize` must be an integer from 1 to 1048576, got "8"',
      { batchSize: '8' as unknown as number, microBatch: 8 },
    ],
    ['`microBatch` must be an integer from 1 to 8, got 9', { batchSize: 8, microBatch: 9 }],
    [
      '`optimizer.kind` must be one of sgd, adam, adamw, got "lion"',
      { optimizer: { ...adam, kind: 'lion' as 'adam' } },
    ],
    ['`optimizer.momentum` must be a number from 0 to below 1, got 1', { optimizer: { ...sgd, momentum: 1 } }],
    [
      '`optimizer.nesterov` needs an `optimizer.momentum` above 0',
      { optimizer: { ...sgd, momentum: 0, nesterov: true } },
    ],
    ['`optimizer.weightDecay` must be a number from 0 up, got -1', { optimizer: { ...sgd, weightDecay: -1 } }],
    ['`optimizer.beta2` must be a number from 0 to below 1, got 1', { optimizer: { ...adam, beta2: 1 } }],
    ['`optimizer.eps` must be a number above 0, got 0', { optimizer: { ...adam, eps: 0 } }],
    ['`lr` must be a number above 0, got NaN', { lr: Number.NaN }],
    [
      '`schedule.kind` must be one of constant, cosine, cosine-restarts, step',
      { schedule: { kind: 'poly' as 'cosine' } },
    ],
    ['`schedule.every` must be an integer', { schedule: { kind: 'step', every: 0, factor: 0.1 } }],
    ['`schedule.factor` must be a number above 0, got 0', { schedule: { kind: 'step', every: 1, factor: 0 } }],
    ['`schedule.times` must be an integer from 1', { schedule: { kind: 'cosine-restarts', every: 2, times: 0.5 } }],
    ['`patience` must be an integer from 1', { patience: 0 }],
    ['`ema` must be a number between 0 and 1, got 1', { ema: 1 }],
    ['`ema` must be a number between 0 and 1, got 0', { ema: 0 }],
    ['`optimizer.decayOn` must be one of all', { optimizer: { ...sgd, decayOn: 'weights' as 'all' } }],
    ['`warmupEpochs` must be a number from 0 to below 3, got 3', { epochs: 3, warmupEpochs: 3 }],
    ['`labelSmoothing` must be a number from 0 to below 1, got 1', { labelSmoothing: 1 }],
    ['`clipNorm` must be a number from 0 up, got Infinity', { clipNorm: Number.POSITIVE_INFINITY }],
    ['`combine` must be one of logits, losses, got "sum"', { combine: 'sum' as 'logits' }],
    ['`encode` must be one of direct, rate, got null', { encode: null as unknown as 'direct' }],
    ['`seed` must be an integer from 0 to 4294967295, got 4294967296', { seed: 2 ** 32 }],
    ['`lr` must be a number above 0, got Infinity', { lr: Number.POSITIVE_INFINITY }],
    ['`lr` must be a number above 0, got -0.1', { lr: -0.1 }],
    ['`lr` must be a number above 0, got 1e+39, which is Infinity in 32 bits', { lr: 1e39 }],
    ['`lr` must be a number above 0, got 1e-50, which is 0 in 32 bits', { lr: 1e-50 }],
    ['`lr` must be a number above 0, got "0.1"', { lr: '0.1' as never }],
    ['`epochs` must be an integer from 1 to 1000000, got 1000000000', { epochs: 1e9 }],
    ['`epochs` must be an integer from 1 to 1000000, got NaN', { epochs: Number.NaN }],
    ['`batchSize` must be an integer from 1 to 1048576, got 1000000000', { batchSize: 1e9, microBatch: 1 }],
    ['`microBatch` must be an integer from 1 to 8, got NaN', { batchSize: 8, microBatch: Number.NaN }],
    [
      '`optimizer.momentum` must be a number from 0 to below 1, got NaN',
      { optimizer: { ...sgd, momentum: Number.NaN } },
    ],
    [
      '`optimizer.momentum` must be a number from 0 to below 1, got 0.9999999999, which is 1 in 32 bits',
      { optimizer: { ...sgd, momentum: 0.9999999999 } },
    ],
    ['`optimizer.nesterov` must be one of true, false, got 1', { optimizer: { ...sgd, nesterov: 1 as never } }],
    ['`optimizer.weightDecay` must be a number from 0 up, got 1e+39', { optimizer: { ...sgd, weightDecay: 1e39 } }],
    [
      '`optimizer.weightDecay` must be a number from 0 up, got NaN',
      { optimizer: { ...adam, weightDecay: Number.NaN } },
    ],
    ['`optimizer.beta1` must be a number from 0 to below 1, got -0.1', { optimizer: { ...adam, beta1: -0.1 } }],
    [
      '`optimizer.beta2` must be a number from 0 to below 1, got 0.9999999999',
      { optimizer: { ...adam, beta2: 1 - 1e-10 } },
    ],
    ['`optimizer.eps` must be a number above 0, got 1e-50', { optimizer: { ...adam, eps: 1e-50 } }],
    ['`optimizer.kind` must be one of sgd, adam, adamw, got null', { optimizer: { ...sgd, kind: null as never } }],
    [
      '`schedule.kind` must be one of constant, cosine, cosine-restarts, step, got undefined',
      { schedule: null as never },
    ],
    [
      '`schedule.factor` must be a number above 0, got NaN',
      { schedule: { kind: 'step', every: 1, factor: Number.NaN } },
    ],
    [
      '`schedule.every` must be an integer from 1 to 1000000, got Infinity',
      { schedule: { kind: 'step', every: Number.POSITIVE_INFINITY, factor: 0.1 } },
    ],
    ['`warmupEpochs` must be a number from 0 to below 10, got NaN', { warmupEpochs: Number.NaN }],
    ['`warmupEpochs` must be a number from 0 to below 10, got -1', { warmupEpochs: -1 }],
    ['`labelSmoothing` must be a number from 0 to below 1, got NaN', { labelSmoothing: Number.NaN }],
    ['`labelSmoothing` must be a number from 0 to below 1, got -0.1', { labelSmoothing: -0.1 }],
    ['`clipNorm` must be a number from 0 up, got NaN', { clipNorm: Number.NaN }],
    ['`clipNorm` must be a number from 0 up, got -1', { clipNorm: -1 }],
    ['`seed` must be an integer from 0 to 4294967295, got NaN', { seed: Number.NaN }],
    ['`seed` must be an integer from 0 to 4294967295, got -1', { seed: -1 }],
    ['`seed` must be an integer from 0 to 4294967295, got 0.5', { seed: 0.5 }],
    [
      '`lambda.start` must be a number from 0 up, got NaN',
      { lambda: { preset: 'evo-decay', ramp: 'linear', per: 'epoch', start: Number.NaN } },
    ],
    [
      '`lambda.start` must be a number from 0 up, got 1e+39',
      { lambda: { preset: 'evo-decay', ramp: 'linear', per: 'epoch', start: 1e39 } },
    ],
    [
      '`lambda.ramp` must be one of linear',
      { lambda: { preset: 'evo-decay', ramp: 'ln' as never, per: 'epoch', start: 1 } },
    ],
    ['`lambda.start` must be at most 1', { lambda: { preset: 'evo-rise', ramp: 'linear', per: 'epoch', start: 2 } }],
    ['`learningRate` is not an option; there are epochs, ', { learningRate: 0.1 } as Partial<TrainingOptions>],
    ['`batchsize` is not an option; did you mean "batchSize"?', { batchsize: 4 } as Partial<TrainingOptions>],
    ['`optimizer.weight_decay` is not an option', { optimizer: { ...sgd, weight_decay: 5e-4 } as never }],
    ['`optimizer.momentum` is not an option', { optimizer: { ...adam, momentum: 0.9 } as never }],
  ])('%s', (message, change) => {
    const problems = trainingOptionsProblems(defaultTrainingOptions(change), 4);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it('lists everything wrong at once', () => {
    const wrong = defaultTrainingOptions({ lr: -1, seed: -1 });
    expect(() => validateTrainingOptions(wrong)).toThrow(OptionsError);
    expect(() => validateTrainingOptions(wrong)).toThrow(
      'impossible training options: `lr` must be a number above 0, got -1; `seed` must be an integer from 0 to 4294967295, got -1',
    );
  });

  it('names what is not there at all, or not an object', () => {
    const nothing = { optimizer: null, schedule: 5, lambda: undefined } as never as TrainingOptions;
    const problems = trainingOptionsProblems({ ...defaultTrainingOptions(), ...nothing }).join('; ');
    for (const path of ['optimizer.kind', 'schedule.kind', 'lambda.preset'])
      expect(problems).toContain(`\`${path}\` must`);
  });

  it('knows that evolution needs shortcut heads', () => {
    expect(trainingOptionsProblems(defaultTrainingOptions(), 1)[0]).toContain(
      "`lambda.preset` 'evo-ratio-mean' needs shortcut heads",
    );
  });
});
