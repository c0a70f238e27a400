import { expect, it } from 'vitest';
import { Confusion } from './confusion.js';

it('counts the first of the largest logits as the answer, batch after batch', () => {
  const confusion = new Confusion(3);
  const logits = [
    [1, 2, 0],
    [5, 5, 5],
    [0, 1, 1],
    [-3, -2, -1],
  ];
  confusion.add({ logits: Float32Array.from(logits.flat()) }, { labels: Int32Array.of(1, 0, 2, 2) });
  confusion.add({ logits: Float32Array.of(9, 0, 0) }, { labels: Int32Array.of(2) });
  expect([...confusion.counts]).toEqual([1, 0, 0, 0, 1, 0, 1, 1, 1]);
});
