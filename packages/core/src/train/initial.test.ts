import { expect, test } from 'vitest';
import type { State } from '../engine/types.js';
import { misfitsInWords, withInitial } from './initial.js';

const tensor = (shape: number[], value: number) => ({
  shape,
  data: new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(value),
});

const own: State = {
  'conv1.weight': tensor([4, 1, 3, 3], 1),
  'head.main.weight': tensor([10, 4], 1),
  'norm1.running_mean': tensor([4], 0),
  'optimizer.momentum.conv1.weight': tensor([4, 1, 3, 3], 0),
  'optimizer.steps': tensor([1], 0),
};

test('takes what fits by name and shape, nothing of an optimiser, and lists the rest', () => {
  const { state, taken, misfits } = withInitial(own, {
    'conv1.weight': tensor([4, 1, 3, 3], 2),
    'conv1.num_batches_tracked': tensor([1], 5),
    'head.main.weight': tensor([3, 4], 2),
    'head.early.weight': tensor([3, 4], 2),
    'optimizer.momentum.conv1.weight': tensor([4, 1, 3, 3], 7),
  });
  expect(Object.entries(state).map(([name, { data }]) => [name, data[0]])).toEqual([
    ['conv1.weight', 2],
    ['head.main.weight', 1],
    ['norm1.running_mean', 0],
  ]);
  expect(taken).toEqual(['conv1.weight']);
  expect(misfitsInWords(misfits)).toBe(
    'initial weights that do not fit: head.main.weight is [3, 4] there and [10, 4] here; norm1.running_mean is missing ' +
      'there; head.early.weight is not of this network',
  );
});

test('weights of which none fits are those of another network', () => {
  expect(() => withInitial(own, { 'fc.weight': tensor([2], 1) })).toThrow(
    'none of the initial weights fits: the network has conv1.weight and others, what was given has fc.weight',
  );
});
