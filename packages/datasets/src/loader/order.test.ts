import { RandomStream } from 'kestirme';
import { expect, test } from 'vitest';
import { orderOf, requireSampling } from './order.js';

// 90 of class 0, 9 of class 1, 1 of class 2.
const labels = Int32Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : i < 99 ? 1 : 2));
const samples = { labels, size: labels.length };

const counts = (order: Uint32Array) =>
  [0, 1, 2].map((label) => order.reduce((sum, position) => sum + (labels[position] === label ? 1 : 0), 0));

test('shuffled: each sample once, as the seed and the epoch have it', () => {
  const order = orderOf('shuffle', samples, { seed: 3, epoch: 2, classes: 3 });
  expect(order).toEqual(new RandomStream(3, 1, 2).permutation(100));
});

test('balanced: each class is as likely as any other', () => {
  const drawn = [0, 0, 0];
  for (let epoch = 0; epoch < 200; epoch++) {
    counts(orderOf('balanced', samples, { seed: 0, epoch, classes: 3 })).forEach((count, label) => {
      drawn[label] = (drawn[label] as number) + count;
    });
  }
  // 20,000 draws with a chance of 1/3: 4 standard deviations are 267.
  for (const count of drawn) expect(Math.abs(count - 20_000 / 3)).toBeLessThan(267);
});

test('weighted: a sample without weight is never drawn, one of twice the weight twice as often', () => {
  const weights = Float64Array.from(labels, (_, i) => (i === 0 ? 0 : i === 1 ? 2 : 1));
  const drawn = new Array<number>(100).fill(0);
  for (let epoch = 0; epoch < 500; epoch++) {
    for (const at of orderOf(weights, samples, { seed: 1, epoch, classes: 3 })) drawn[at] = (drawn[at] as number) + 1;
  }
  expect(drawn[0]).toBe(0);
  // 50,000 draws with a chance of 2/100: 4 standard deviations are 125.
  expect(Math.abs((drawn[1] as number) - 1000)).toBeLessThan(125);
});

test.each([
  ['another word', 'sorted', TypeError],
  ['numbers for other samples', [1, 2], TypeError],
  ['a negative number', [1, -1, 1], RangeError],
  ['a number that is none', [1, Number.NaN, 1], RangeError],
  ['nothing to draw', [0, 0, 0], RangeError],
])('%s is refused', (_, sampling, kind) => {
  expect(() => requireSampling(sampling as never, 3)).toThrow(kind);
});
