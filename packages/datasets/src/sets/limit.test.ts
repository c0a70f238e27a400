import { describe, expect, it } from 'vitest';
import { allocateSplit, type Split } from './dataset.js';
import { balancedPositions, holdOut, limitSplit } from './limit.js';

function split(labels: number[]): Split {
  const made = allocateSplit(labels.length, 2);
  made.labels.set(labels);
  for (let i = 0; i < labels.length; i++) made.images.set([i, 100 + i], 2 * i);
  return made;
}

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

describe('limitSplit', () => {
  it('keeps images beside their labels', () => {
    const subset = limitSplit(split([0, 0, 1, 1]), 2, 2, 'training');
    expect([...subset.labels]).toEqual([0, 1]);
    expect([...subset.images]).toEqual([0, 100, 2, 102]);
    expect(subset.size).toBe(2);
  });

  it('leaves the split alone without a limit', () => {
    const whole = split([0, 1]);
    expect(limitSplit(whole, 2, undefined, 'test')).toBe(whole);
    expect(limitSplit(whole, 2, 2, 'test')).toBe(whole);
  });

  it.each([0, 3, 1.5, Number.NaN])('refuses %s of 2', (count) => {
    expect(() => limitSplit(split([0, 1]), 2, count, 'test')).toThrow(
      `\`limit\` of the test images must be an integer from 1 to 2, got ${count}`,
    );
  });
});

describe('holdOut', () => {
  it('keeps the last images of each class apart from the others', () => {
    const { kept, heldOut } = holdOut(split([0, 1, 0, 1, 0, 0]), 2, 3);
    expect([...kept.images]).toEqual([0, 100, 1, 101, 2, 102]);
    expect([...heldOut.images]).toEqual([3, 103, 4, 104, 5, 105]);
    expect([...heldOut.labels]).toEqual([1, 0, 0]);
  });

  it.each([0, 2, 1.5])('refuses %s of 2', (count) => {
    expect(() => holdOut(split([0, 1]), 2, count)).toThrow(`an integer from 1 to 1, got ${count}`);
  });
});
