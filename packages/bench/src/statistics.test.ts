import { describe, expect, it } from 'vitest';
import { logSlope, median, summarise } from './statistics.js';

describe('statistics', () => {
  it('takes the middle, or the mean of the two in the middle', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
    expect(median([])).toBeNaN();
    expect(summarise([2, 9, 4])).toEqual({ median: 4, low: 2, high: 9, values: [2, 9, 4] });
  });

  it('finds the power in a power law', () => {
    const law = (power: number) => [1, 2, 4, 8].map((x) => [x, 3 * x ** power] as const);
    expect(logSlope(law(1))).toBeCloseTo(1, 12);
    expect(logSlope(law(1.7))).toBeCloseTo(1.7, 12);
    // ln y = 0, ln 4, ln 4 over ln x = 0, ln 2, ln 4: covariance 2 (ln 2)^2, variance 2 (ln 2)^2.
    expect(
      logSlope([
        [1, 1],
        [2, 4],
        [4, 4],
      ]),
    ).toBeCloseTo(1, 12);
    expect(logSlope([[2, 5]])).toBeNaN();
  });
});
