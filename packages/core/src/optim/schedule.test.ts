import { describe, expect, it } from 'vitest';
import type { ScheduleSpec } from '../train/options.js';
import { learningRate } from './schedule.js';

const rate = (schedule: ScheduleSpec, epoch: number, iteration = 0, warmupEpochs = 0, epochs = 10) =>
  learningRate({ lr: 0.1, schedule, warmupEpochs }, { epoch, iteration, iterationsPerEpoch: 4, epochs }, Math);

describe('learningRate', () => {
  it('stays constant', () => {
    expect(rate({ kind: 'constant' }, 0)).toBe(0.1);
    expect(rate({ kind: 'constant' }, 9, 3)).toBe(0.1);
  });

  it('follows half a cosine per epoch, which would reach 0 after the last', () => {
    const cosine: ScheduleSpec = { kind: 'cosine' };
    expect(rate(cosine, 0)).toBe(0.1);
    expect(rate(cosine, 0, 3)).toBe(0.1);
    expect(rate(cosine, 1)).toBeCloseTo(0.09755282581475769, 15);
    expect(rate(cosine, 5, 2)).toBeCloseTo(0.05, 15);
    expect(rate(cosine, 9)).toBeCloseTo(0.002447174185242318, 15);
    const rates = Array.from({ length: 10 }, (_, epoch) => rate(cosine, epoch));
    expect([...rates].sort((a, b) => b - a)).toEqual(rates);
  });

  it('begins the cosine again after each period', () => {
    // What PyTorch's CosineAnnealingWarmRestarts gives.
    const restarts = (every: number, times: number, warmup = 0, epochs = 12) => {
      const spec: ScheduleSpec = { kind: 'cosine-restarts', every, times };
      return Array.from({ length: epochs }, (_, epoch) => rate(spec, epoch, 0, warmup, epochs));
    };
    const close = (rates: number[], expected: number[]) =>
      expected.forEach((one, epoch) => {
        expect(rates[epoch]).toBeCloseTo(one, 14);
      });
    close(restarts(3, 1), [0.1, 0.075, 0.025, 0.1, 0.075, 0.025, 0.1, 0.075]);
    const growing = [0.1, 0.0853553390593274, 0.05, 0.0146446609406726];
    const longer = [0.1, 0.0961939766255643, 0.0853553390593274, 0.0691341716182545, 0.05, 0.0308658283817455];
    close(restarts(2, 2), [0.1, 0.05, ...growing, ...longer]);
    // Periods are counted from the end of warm-up.
    close(restarts(3, 1, 2).slice(2), [0.1, 0.075, 0.025, 0.1]);
  });

  it('drops in steps', () => {
    const step: ScheduleSpec = { kind: 'step', every: 3, factor: 0.5 };
    const rates = Array.from({ length: 10 }, (_, epoch) => rate(step, epoch));
    expect(rates).toEqual([0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125]);
  });

  it('warms up per iteration and then begins its schedule', () => {
    const cosine: ScheduleSpec = { kind: 'cosine' };
    expect(rate(cosine, 0, 0, 2)).toBeCloseTo(0.1 / 8, 15);
    expect(rate(cosine, 0, 3, 2)).toBeCloseTo(0.05, 15);
    expect(rate(cosine, 1, 3, 2)).toBe(0.1);
    expect(rate(cosine, 2, 0, 2)).toBe(0.1);
    // 4 of the 8 epochs left have passed.
    expect(rate(cosine, 6, 0, 2)).toBeCloseTo(0.05, 15);
    // Half an epoch: steps 0 and 1 of 4.
    expect([0, 1, 2, 3].map((i) => rate(cosine, 0, i, 0.5))).toEqual([0.05, 0.1, 0.1, 0.1]);
  });

  it('refuses a place outside the run', () => {
    expect(() => rate({ kind: 'constant' }, 10)).toThrow('epoch 10 of 10');
  });
});
