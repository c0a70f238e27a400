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
    ['epochs must be an integer from 1 to 1000000, got 0', { epochs: 0 }],
    ['epochs must be an integer from 1 to 1000000, got 1.5', { epochs: 1.5 }],
    ['batchSize must be an integer from 1 to 1048576, got "8"', { batchSize: '8' as unknown as number, microBatch: 8 }],
    ['microBatch must be an integer from 1 to 8, got 9', { batchSize: 8, microBatch: 9 }],
    ['optimizer.kind must be one of sgd, adam, adamw, got "lion"', { optimizer: { ...adam, kind: 'lion' as 'adam' } }],
    ['optimizer.momentum must be a number from 0 to below 1, got 1', { optimizer: { ...sgd, momentum: 1 } }],
    ['optimizer.nesterov needs a momentum above 0', { optimizer: { ...sgd, momentum: 0, nesterov: true } }],
    ['optimizer.weightDecay must be a number from 0 up, got -1', { optimizer: { ...sgd, weightDecay: -1 } }],
    ['optimizer.beta2 must be a number from 0 to below 1, got 1', { optimizer: { ...adam, beta2: 1 } }],
    ['optimizer.eps must be a number above 0, got 0', { optimizer: { ...adam, eps: 0 } }],
    ['lr must be a number above 0, got NaN', { lr: Number.NaN }],
    ['schedule.kind must be one of constant, cosine, step', { schedule: { kind: 'poly' as 'cosine' } }],
    ['schedule.every must be an integer', { schedule: { kind: 'step', every: 0, factor: 0.1 } }],
    ['schedule.factor must be a number above 0, got 0', { schedule: { kind: 'step', every: 1, factor: 0 } }],
    ['warmupEpochs must be a number from 0 to below 3, got 3', { epochs: 3, warmupEpochs: 3 }],
    ['labelSmoothing must be a number from 0 to below 1, got 1', { labelSmoothing: 1 }],
    ['clipNorm must be a number from 0 up, got Infinity', { clipNorm: Number.POSITIVE_INFINITY }],
    ['combine must be one of logits, losses, got "sum"', { combine: 'sum' as 'logits' }],
    ['encode must be one of direct, rate, got null', { encode: null as unknown as 'direct' }],
    ['seed must be an integer from 0 to 4294967295, got 4294967296', { seed: 2 ** 32 }],
    ['lambda.start must be at most 1', { lambda: { preset: 'evo-rise', ramp: 'linear', per: 'epoch', start: 2 } }],
  ])('%s', (message, change) => {
    const problems = trainingOptionsProblems(defaultTrainingOptions(change), 4);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it('lists everything wrong at once', () => {
    const wrong = defaultTrainingOptions({ lr: -1, seed: -1 });
    expect(() => validateTrainingOptions(wrong)).toThrow(OptionsError);
    expect(() => validateTrainingOptions(wrong)).toThrow(
      'impossible training options: lr must be a number above 0, got -1; seed must be an integer from 0 to 4294967295, got -1',
    );
  });

  it('knows that evolution needs shortcut heads', () => {
    expect(trainingOptionsProblems(defaultTrainingOptions(), 1)[0]).toContain(
      "lambda.preset 'evo-rise' needs shortcut heads",
    );
  });
});
