import { expect, test } from 'vitest';
import { imageOf } from './drawing.js';

/** First and last row and column with ink. */
function frameOf(pixels: Uint8Array): number[] {
  const inked = [...pixels.keys()].filter((at) => (pixels[at] as number) > 127);
  const rows = inked.map((at) => Math.floor(at / 32));
  const columns = inked.map((at) => at % 32);
  return [Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)];
}

test('a line of any size, anywhere, is as tall as a digit of MNIST, in the middle', () => {
  for (const [x, top, bottom] of [
    [0.1, 0.05, 0.45],
    [0.9, 0.2, 0.99],
  ] as const) {
    const pixels = imageOf([
      [
        { x, y: top },
        { x, y: bottom },
      ],
    ]) as Uint8Array;
    const [first, last, left, right] = frameOf(pixels) as [number, number, number, number];
    expect(last - first).toBeGreaterThanOrEqual(19);
    expect(last - first).toBeLessThanOrEqual(24);
    expect(Math.abs(first + last - 31)).toBeLessThanOrEqual(1);
    expect(Math.abs(left + right - 31)).toBeLessThanOrEqual(1);
    expect(Math.max(...pixels)).toBe(255);
  }
});

test('a dot stays small, and nothing is nothing', () => {
  const [first, last] = frameOf(imageOf([[{ x: 0.2, y: 0.7 }]]) as Uint8Array) as [number, number];
  expect(last - first).toBeLessThan(6);
  expect(imageOf([])).toBe(null);
});
