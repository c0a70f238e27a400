import { expect, test } from 'vitest';
import { Curve, Smooth } from './history.js';

test('a curve of many steps keeps its shape in few points', () => {
  const curve = new Curve(100);
  const steps = 12_345;
  for (let step = 1; step <= steps; step++) curve.add(step, 2 * step);
  const { points } = curve;
  expect(points.length).toBeGreaterThan(49);
  expect(points.length).toBeLessThanOrEqual(100);
  expect(points.at(-1)?.step).toBe(steps);
  for (const { step, value } of points) expect(Math.abs(value - 2 * step)).toBeLessThan(260);
  expect(points.map(({ step }) => step)).toEqual(points.map(({ step }) => step).toSorted((a, b) => a - b));
});

test('a short one is as it came', () => {
  const curve = new Curve(4);
  for (const step of [1, 2, 3]) curve.add(step, step);
  expect(curve.points.map(({ step, value }) => [step, value])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

test('a smooth value begins where the first is and follows', () => {
  const smooth = new Smooth(0.5);
  expect([4, 0, 0].map((value) => smooth.add(value))).toEqual([4, 2, 1]);
});
