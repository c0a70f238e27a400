/** Digits of MNIST: files have them as 28x28, a data set as 32x32. */
import type { IdxImages } from '../formats/idxContents.js';
import { allocateSplit, type Split } from './dataset.js';

/** Of a digit in a file, in pixels. */
export const digitSide = 28;
const padding = 2;
const paddedSide = digitSide + 2 * padding;

/** `labels`: [count], 0 to 9. */
export function paddedDigits({ count, pixels }: IdxImages, labels: Uint8Array): Split {
  const split = allocateSplit(count, paddedSide * paddedSide);
  split.labels.set(labels);
  for (let row = 0; row < count * digitSide; row++) {
    const image = Math.floor(row / digitSide);
    const y = row - image * digitSide + padding;
    const line = pixels.subarray(row * digitSide, (row + 1) * digitSide);
    split.images.set(line, (image * paddedSide + y) * paddedSide + padding);
  }
  return split;
}
