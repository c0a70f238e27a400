import { expect, it } from 'vitest';
import type { Sample } from '../samples/sample.js';
import { centreBox, crop, shorterSideTo } from './crop.js';

/** 1, 2, 3 ... from the upper left. */
function counting(height: number, width: number, frames = 1): Sample {
  const length = frames * height * width;
  return { frames, height, width, channels: 1, pixels: Uint8Array.from({ length }, (_, i) => i + 1) };
}

// The first pixels and the last are those that torchvision's center_crop gives.
it.each([
  [[5, 5], [4, 4], 1, 19],
  [[7, 7], [4, 4], 17, 41],
  [[9, 9], [4, 4], 21, 51],
  [[11, 11], [4, 4], 49, 85],
])('the middle of %j is %j, from %i to %i', ([h = 0, w = 0], [height = 0, width = 0], first, last) => {
  const image = counting(h, w);
  const { pixels } = crop(image, centreBox(image, height, width));
  expect([pixels[0], pixels.at(-1), pixels.length]).toEqual([first, last, height * width]);
});

it('what is too small lies in the middle of zeros, the odd rest on the right and below', () => {
  const three = counting(3, 3);
  expect([...crop(three, centreBox(three, 4, 4)).pixels]).toEqual([1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0]);
  const wide = counting(2, 11);
  const { pixels } = crop(wide, centreBox(wide, 5, 4));
  expect([...pixels]).toEqual([0, 0, 0, 0, 5, 6, 7, 8, 16, 17, 18, 19, 0, 0, 0, 0, 0, 0, 0, 0]);
});

it('every frame is cut alike', () => {
  const box = { left: 1, top: 0, right: 3, bottom: 1 };
  expect([...crop(counting(2, 3, 2), box).pixels]).toEqual([2, 3, 8, 9]);
});

it('a box beside the image is zeros', () => {
  expect([...crop(counting(2, 2), { left: 5, top: 0, right: 7, bottom: 2 }).pixels]).toEqual([0, 0, 0, 0]);
  expect([...crop(counting(2, 2), { left: 0, top: -3, right: 2, bottom: -1 }).pixels]).toEqual([0, 0, 0, 0]);
});

it.each([
  [256, [375, 500], [256, 341]],
  [256, [500, 333], [384, 256]],
  [7, [10, 10], [7, 7]],
  [3, [1, 100], [3, 300]],
])('to %i: %j becomes %j', (side, [height = 0, width = 0], sizes) => {
  expect(shorterSideTo(side, { height, width })).toEqual(sizes);
});
