import { allocateSplit, type Split } from './dataset.js';

/**
 * Positions of a subset of `count` images, in file order. Classes take turns, in class order, each giving its next image
 * in file order, until there are `count`; a class that has run out is passed over. So 5,000 of CIFAR-10 are the first
 * 500 of each class, whatever the seed.
 */
export function balancedPositions(labels: ArrayLike<number>, classes: number, count: number): number[] {
  const available = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    available[label] = (available[label] as number) + 1;
  }
  const quota = new Array<number>(classes).fill(0);
  for (let taken = 0, round = 0; taken < count && round < labels.length; round++) {
    for (let label = 0; label < classes && taken < count; label++) {
      if ((available[label] as number) <= round) continue;
      quota[label] = round + 1;
      taken++;
    }
  }
  const positions: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (quota[label] === 0) continue;
    quota[label] = (quota[label] as number) - 1;
    positions.push(i);
  }
  return positions;
}

/** The first `count` images of a split, balanced over the classes; refuses more than there are. */
export function limitSplit(split: Split, classes: number, count: number | undefined, part: string): Split {
  if (count === undefined || count === split.size) return split;
  if (!Number.isInteger(count) || count < 1 || count > split.size) {
    throw new RangeError(`limit of the ${part} images must be an integer from 1 to ${split.size}, got ${count}`);
  }
  const imageBytes = split.images.length / split.size;
  const subset = allocateSplit(count, imageBytes);
  balancedPositions(split.labels, classes, count).forEach((position, i) => {
    subset.labels[i] = split.labels[position] as number;
    const image = split.images.subarray(position * imageBytes, (position + 1) * imageBytes);
    subset.images.set(image, i * imageBytes);
  });
  return subset;
}
