import { expect, test } from 'vitest';
import { exponential, logarithm, sineAndCosine } from './exactMath.js';

/** Distance in units of the last digit. */
const off = (got: number, want: number) => Math.abs(got - want) / (Number.EPSILON * Math.max(Math.abs(want), 1e-300));

test('as near as the host has them', () => {
  for (let i = -2000; i <= 2000; i++) {
    const x = i * 0.00713;
    const [sine, cosine] = sineAndCosine(x);
    expect(Math.abs(sine - Math.sin(x))).toBeLessThan(2.3e-16);
    expect(Math.abs(cosine - Math.cos(x))).toBeLessThan(2.3e-16);
    expect(off(exponential(x), Math.exp(x)), `exp ${x}`).toBeLessThan(20);
    if (i > 0) expect(Math.abs(logarithm(x * x) - Math.log(x * x))).toBeLessThan(3e-15);
  }
  expect([exponential(0), logarithm(1), exponential(-1e6)]).toEqual([1, 0, 0]);
});
