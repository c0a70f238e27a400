import { describe, expect, it } from 'vitest';
import type { RunPosition } from '../train/position.js';
import { presetsWhere } from './presets.js';
import { defaultLambda, headWeights, lambdaProblems, lambdaSpecFor, userHeadWeights } from './schedule.js';
import type { LambdaPreset, LambdaRamp, LambdaSpec } from './spec.js';

const at = (epoch: number, epochs: number, iteration = 0, iterationsPerEpoch = 4): RunPosition => ({
  epoch,
  iteration,
  iterationsPerEpoch,
  epochs,
});
const spec = (preset: LambdaPreset, ramp: LambdaRamp = 'linear', more: Partial<LambdaSpec> = {}): LambdaSpec => ({
  ...defaultLambda(preset),
  ramp,
  ...more,
});
const weights = (lambda: LambdaSpec, position: RunPosition, heads = 4) => headWeights(lambda, heads, position, Math);

describe('headWeights, against values worked out by hand', () => {
  // [spec, epoch of 5 (r = 0, 1/4, 1/2, 3/4, 1), main, each of 3 shortcut heads]
  const table: [LambdaSpec, number, number, number][] = [
    [spec('vanilla'), 0, 1, 0],
    [spec('vanilla'), 4, 1, 0],
    [spec('sbp'), 0, 1, 1],
    [spec('sbp'), 4, 1, 1],
    [spec('evo-rise'), 0, 0.25, 0.25],
    [spec('evo-rise'), 1, 0.4375, 0.1875],
    [spec('evo-rise'), 2, 0.625, 0.125],
    [spec('evo-rise'), 4, 1, 0],
    // (10^(1/2) - 1) / 9 = 0.240253073352042; (10^(1/4) - 1) / 9 = 0.0864754900043248
    [spec('evo-rise', 'exp10'), 1, 0.3148566175032436, 0.2283811274989188],
    [spec('evo-rise', 'exp10'), 2, 0.4301898050140315, 0.1899367316619895],
    // (1 - cos(pi / 4)) / 2 = 0.146446609406726
    [spec('evo-rise', 'cosine'), 1, 0.3598349570550445, 0.2133883476483185],
    [spec('evo-rise', 'cosine'), 2, 0.625, 0.125],
    // 0.25^(1/2) = 0.5; 0.25^(3/4) = 2^(-3/2)
    [spec('evo-rise', 'geometric'), 0, 0.25, 0.25],
    [spec('evo-rise', 'geometric'), 1, 0.353553390593274, 0.215482203135575],
    [spec('evo-rise', 'geometric'), 2, 0.5, 1 / 6],
    [spec('evo-rise', 'geometric'), 4, 1, 0],
    [spec('evo-rise-sum'), 0, 0.25, 0.75],
    [spec('evo-rise-sum'), 2, 0.625, 0.375],
    [spec('evo-rise-sum', 'geometric'), 2, 0.5, 0.5],
    [spec('evo-ratio'), 0, 1, 3],
    [spec('evo-ratio'), 2, 1, 0.6],
    [spec('evo-ratio'), 4, 1, 0],
    [spec('evo-ratio', 'geometric'), 2, 1, 1],
    [spec('evo-ratio-mean'), 0, 1, 1],
    [spec('evo-ratio-mean'), 2, 1, 0.2],
    [spec('evo-decay'), 0, 1, 1],
    [spec('evo-decay'), 1, 1, 0.75],
    [spec('evo-decay'), 4, 1, 0],
    [spec('evo-decay', 'exp10'), 2, 1, 0.759746926647958],
    [spec('evo-decay', 'linear', { start: 0.25 }), 2, 1, 0.125],
  ];
  it.each(table)('%j at epoch %i of 5', (lambda, epoch, main, shortcut) => {
    const got = weights(lambda, at(epoch, 5));
    expect(got).toHaveLength(4);
    for (const [head, value] of got.entries()) expect(value).toBeCloseTo(head === 0 ? main : shortcut, 12);
  });

  it('moves per iteration when asked to', () => {
    const lambda = spec('evo-rise-sum', 'linear', { per: 'iteration', start: 0 });
    // 3 epochs of 3 iterations: i of 0 .. 8.
    expect(weights(lambda, at(0, 3, 2, 3), 2)).toEqual([0.25, 0.75]);
    expect(weights(lambda, at(1, 3, 1, 3), 2)).toEqual([0.5, 0.5]);
    expect(weights(lambda, at(2, 3, 2, 3), 2)).toEqual([1, 0]);
    expect(weights({ ...lambda, per: 'epoch' }, at(1, 3, 2, 3), 2)).toEqual([0.5, 0.5]);
  });

  it('stays at its start in a run of one epoch', () => {
    expect(weights(spec('evo-rise'), at(0, 1, 3))).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(weights(spec('evo-decay'), at(0, 1, 3))).toEqual([1, 1, 1, 1]);
    expect(weights(spec('evo-rise', 'linear', { per: 'iteration' }), at(0, 1, 3), 2)).toEqual([1, 0]);
  });
});

describe('headWeights, whatever the numbers', () => {
  const moving = [...presetsWhere('rises'), ...presetsWhere('falls')];
  const ramps: LambdaRamp[] = ['linear', 'exp10', 'geometric', 'cosine'];
  const cases = moving
    .flatMap((preset) => ramps.map((ramp) => spec(preset, ramp)))
    .filter((lambda) => lambdaProblems(lambda).length === 0)
    .flatMap((lambda) => [lambda, { ...lambda, per: 'iteration' as const }, { ...lambda, start: 0.1 }]);

  it.each(cases)('%j is monotone and ends at the main head alone', (lambda) => {
    for (const [heads, epochs] of [
      [2, 2],
      [4, 7],
      [9, 40],
    ] as const) {
      let before: number[] | null = null;
      let last: number[] = [];
      for (let epoch = 0; epoch < epochs; epoch++) {
        for (let iteration = 0; iteration < 4; iteration++) {
          last = weights(lambda, at(epoch, epochs, iteration), heads);
          expect(last).toHaveLength(heads);
          expect(new Set(last.slice(1)).size).toBe(1);
          if (before !== null) {
            expect(last[0]).toBeGreaterThanOrEqual(before[0] as number);
            expect(last[1]).toBeLessThanOrEqual(before[1] as number);
          }
          if (lambda.preset === 'evo-rise') expect(last.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 14);
          if (lambda.preset === 'evo-rise-sum') expect((last[0] as number) + (last[1] as number)).toBeCloseTo(1, 14);
          before = last;
        }
      }
      expect(last).toEqual([1, ...new Array<number>(heads - 1).fill(0)]);
    }
  });
});

describe('what is refused, in words', () => {
  it.each<[Partial<LambdaSpec>, string]>([
    [
      { preset: 'evo' as LambdaPreset },
      'preset must be one of vanilla, sbp, evo-rise, evo-rise-sum, evo-ratio, evo-ratio-mean, evo-decay, adaptive, got "evo"',
    ],
    [{ ramp: 'exp' as LambdaRamp }, 'ramp must be one of linear, exp10, geometric, cosine, got "exp"'],
    [{ per: 'step' as 'epoch' }, 'per must be one of epoch, iteration, got "step"'],
    [{ preset: 'evo-decay', ramp: 'geometric' }, 'not with evo-decay'],
    [{ start: -0.1 }, 'start must be a number from 0 up, got -0.1'],
    [{ start: Number.NaN }, 'got NaN'],
    [{ start: 1.5 }, 'start must be at most 1 for evo-rise, got 1.5'],
    [{ ramp: 'geometric', start: 0 }, 'start must be above 0'],
    [{ preset: 'evo-ratio', start: 0 }, 'start must be at least 0.001 for evo-ratio, which divides by it, got 0'],
    [{ preset: 'adaptive', start: 2 }, 'start must be at most 1 for adaptive, got 2'],
  ])('%j', (change, message) => {
    const wrong = { ...defaultLambda('evo-rise'), ...change };
    expect(lambdaProblems(wrong).join('; ')).toContain(message);
    expect(() => weights(wrong, at(0, 5))).toThrow(message);
  });

  it('a schedule over shortcut heads in a network without any', () => {
    expect(() => weights(spec('evo-rise'), at(0, 5), 1)).toThrow("'evo-rise' needs shortcut heads");
    expect(weights(spec('vanilla'), at(0, 5), 1)).toEqual([1]);
  });

  it('a place outside the run', () => {
    expect(() => weights(spec('evo-rise'), at(5, 5))).toThrow('epoch 5 of 5');
    expect(() => weights(spec('evo-rise'), at(0, 5, 4))).toThrow('iteration 4 of 4');
  });

  it('answers of a user function that do not fit the heads', () => {
    expect(userHeadWeights(({ epoch }) => [1, epoch], 2, at(3, 5))).toEqual([1, 3]);
    expect(() => userHeadWeights(() => [1], 2, at(3, 5))).toThrow(
      '2 numbers (main head first), got 1 numbers at epoch 3',
    );
    expect(() => userHeadWeights(() => [1, Number.NaN], 2, at(3, 5))).toThrow('got NaN for head 1 at epoch 3');
    expect(() => userHeadWeights((() => 1) as unknown as () => number[], 2, at(3, 5))).toThrow('got number');
  });
});

it('names the methods', () => {
  expect(lambdaSpecFor('vanilla').preset).toBe('vanilla');
  expect(lambdaSpecFor('shortcut').preset).toBe('sbp');
  expect(lambdaSpecFor('evolution')).toEqual({ preset: 'evo-ratio-mean', ramp: 'linear', per: 'epoch', start: 0.25 });
  expect(() => lambdaSpecFor('evo' as 'evolution')).toThrow(
    'method must be one of vanilla, shortcut, evolution, got "evo"',
  );
});
