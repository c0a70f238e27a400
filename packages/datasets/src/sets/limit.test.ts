import { describe, expect, it } from 'vitest';
import { balancedPositions, heldOutPositions, limitedPositions } from './limit.js';

describe('balancedPositions', () => {
  it('takes the first of each class, in file order', () => {
    expect(balancedPositions([0, 0, 1, 0, 1, 2, 2, 1], 3, 6)).toEqual([0, 1, 2, 4, 5, 6]);
  });

  it('gives what does not divide to the first classes', () => {
    expect(balancedPositions([2, 1, 0, 2, 1, 0], 3, 4)).toEqual([0, 1, 2, 5]);
  });

  it('passes over a class that has run out', () => {
    expect(balancedPositions([1, 0, 0, 0, 0], 2, 4)).toEqual([0, 1, 2, 3]);
    expect(balancedPositions([1, 1, 1], 2, 2)).toEqual([0, 1]);
  });
});

describe('limitedPositions', () => {
  it('keeps all without a limit', () => {
    expect(limitedPositions([0, 1], 2, undefined, 'test')).toEqual([0, 1]);
    expect(limitedPositions([0, 1], 2, 2, 'test')).toEqual([0, 1]);
    expect(limitedPositions([0, 0, 1, 1], 2, 2, 'training')).toEqual([0, 2]);
  });

  it.each([0, 3, 1.5, Number.NaN])('refuses %s of 2', (count) => {
    expect(() => limitedPositions([0, 1], 2, count, 'test')).toThrow(
      `\`limit\` of the test images must be an integer from 1 to 2, got ${count}`,
    );
  });
});

describe('heldOutPositions', () => {
  it('keeps the last images of each class apart from the others', () => {
    expect(heldOutPositions([0, 1, 0, 1, 0, 0], 2, 3)).toEqual({ kept: [0, 1, 2], heldOut: [3, 4, 5] });
  });

  it.each([0, 2, 1.5])('refuses %s of 2', (count) => {
    expect(() => heldOutPositions([0, 1], 2, count)).toThrow(`an integer from 1 to 1, got ${count}`);
  });
});
