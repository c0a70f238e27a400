import { expect, it } from 'vitest';
import { lastOfEachClass } from './lastOfEachClass.js';

it('takes a share of each class, one where that is none, and leaves one', () => {
  const labels = [0, 0, 0, 0, 0, 1, 2, 2, 3, 3, 3, 3];
  expect(lastOfEachClass(labels, 0.4)).toEqual({
    split: 'last 0.4 of each class',
    positions: { train: [0, 1, 2, 5, 6, 8, 9], test: [3, 4, 7, 10, 11] },
  });
  expect(lastOfEachClass([0, 1, 0, 1], 0.01).positions).toEqual({ train: [0, 1], test: [2, 3] });
});
