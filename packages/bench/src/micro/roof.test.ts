import { expect, it } from 'vitest';
import { leastTime, type Roof } from './roof.js';

const roof: Roof = {
  ...{ gigaSums: 8, gigaProducts: 4 },
  reads: [
    { name: 'L1', bytes: 1e4, gigabytes: 100 },
    { name: 'memory', bytes: 1e8, gigabytes: 10 },
  ],
};
const nothing = { sums: 0, products: 0, tableBytes: 0, bytes: 0 };

it('a kernel takes at least what its slowest need takes', () => {
  expect(leastTime({ ...nothing, sums: 8e9, products: 4e9 }, roof)).toEqual({
    milliseconds: 2000,
    bound: 'arithmetic',
  });
  expect(leastTime({ ...nothing, sums: 8e9, tableBytes: 3e11 }, roof)).toEqual({ milliseconds: 3000, bound: 'tables' });
  expect(leastTime({ ...nothing, bytes: 1e9 }, roof)).toEqual({ milliseconds: 100, bound: 'memory' });
});

it('what fits a cache comes at its rate', () => {
  expect(leastTime({ ...nothing, bytes: 1e4 }, roof).milliseconds).toBeCloseTo(1e-4, 12);
  expect(leastTime({ ...nothing, bytes: 2e4 }, roof).milliseconds).toBeCloseTo(2e-3, 12);
});
