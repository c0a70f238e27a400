import { describe, expect, it } from 'vitest';
import { nextLambda } from './adaptive.js';
import { defaultLambda, headWeights } from './schedule.js';

const spec = defaultLambda('adaptive');
const next = (lambda: number, correctMain: number, nextEpoch = 1) =>
  nextLambda(spec, lambda, { images: 100, correctMain }, { classes: 10, nextEpoch, epochs: 5 });

describe('a lambda that follows the main head', () => {
  it('rises by what the main head has learned beyond guessing', () => {
    expect(next(0.25, 10)).toBe(0.25);
    // (0.55 - 0.1) / 0.9 = 1/2 of the way from 0.25 to 1.
    expect(next(0.25, 55)).toBeCloseTo(0.625, 15);
    expect(next(0.25, 100)).toBe(1);
  });

  it('never falls, and counts less than guessing as nothing', () => {
    expect(next(0.625, 10)).toBe(0.625);
    expect(next(0.25, 0)).toBe(0.25);
  });

  it('leaves the last epoch to the main head, whatever was measured', () => {
    expect(next(0.25, 10, 4)).toBe(1);
    expect(next(0.25, 10, 3)).toBe(0.25);
  });

  it('gives weights as evo-ratio does, and refuses a place without its lambda', () => {
    const place = { epoch: 1, iteration: 0, iterationsPerEpoch: 2, epochs: 5 };
    expect(headWeights(spec, 3, place, Math, 0.25)).toEqual([1, 3, 3]);
    expect(() => headWeights(spec, 3, place, Math)).toThrow("'adaptive' follows what a run measures");
  });
});
