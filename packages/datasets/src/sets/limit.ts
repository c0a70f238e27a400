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
    throw new RangeError(`\`limit\` of the ${part} images must be an integer from 1 to ${split.size}, got ${count}`);
  }
  return subset(split, balancedPositions(split.labels, classes, count));
}

/**
 * Parts a split in two: the last `count` images, balanced over the classes as a limit's are but from the end of the file,
 * and the others. The last, so that a limit on the others keeps the same images whether or not some are held out.
 */
export function holdOut(split: Split, classes: number, count: number): { kept: Split; heldOut: Split } {
  if (!Number.isInteger(count) || count < 1 || count >= split.size) {
    throw new RangeError(
      `\`validation\` must be a number of training images, an integer from 1 to ${split.size - 1}, got ${count}`,
    );
  }
  const last = split.size - 1;
  const fromEnd = balancedPositions(split.labels.slice().reverse(), classes, count);
  const held = new Set(fromEnd.map((position) => last - position));
  const positions = Array.from({ length: split.size }, (_, position) => position);
  return {
    kept: subset(
      split,
      positions.filter((position) => !held.has(position)),
    ),
    heldOut: subset(
      split,
      positions.filter((position) => held.has(position)),
    ),
  };
}

function subset(split: Split, positions: readonly number[]): Split {
  const imageBytes = split.images.length / split.size;
  const made = allocateSplit(positions.length, imageBytes);
  positions.forEach((position, i) => {
    made.labels[i] = split.labels[position] as number;
    const image = split.images.subarray(position * imageBytes, (position + 1) * imageBytes);
    made.images.set(image, i * imageBytes);
  });
  return made;
}
