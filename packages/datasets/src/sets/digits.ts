/** Digits of MNIST: files have them as 28x28, a data set as 32x32. */
import type { IdxImages } from '../formats/idxContents.js';
import { allocateSplit, type Split } from './dataset.js';

/** Of a digit in a file, in pixels. */
export const digitSide = 28;
const padding = 2;
const paddedSide = digitSide + 2 * padding;

/** `pixels`: [28, 28], to number `at` of a split of zeros. */
export function putPaddedDigit(pixels: Uint8Array, { images }: Split, at: number): void {
  for (let y = 0; y < digitSide; y++) {
    const line = pixels.subarray(y * digitSide, (y + 1) * digitSide);
    images.set(line, (at * paddedSide + y + padding) * paddedSide + padding);
  }
}

/** `labels`: [count], 0 to 9. */
export function paddedDigits({ count, pixels }: IdxImages, labels: Uint8Array): Split {
  const split = allocateSplit(count, paddedSide * paddedSide);
  split.labels.set(labels);
  const size = digitSide * digitSide;
  for (let i = 0; i < count; i++) putPaddedDigit(pixels.subarray(i * size, (i + 1) * size), split, i);
  return split;
}
