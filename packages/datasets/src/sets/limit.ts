import { plain } from 'kestirme';

/** Samples to keep of each part. */
export interface Limit {
  train?: number;
  test?: number;
}

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
  const quota = balancedQuotas(classes, count, available);
  const positions: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (quota[label] === 0) continue;
    quota[label] = (quota[label] as number) - 1;
    positions.push(i);
  }
  return positions;
}

/**
 * How many of `count` images each class gives, when classes take turns and one that has run out is passed over.
 * `available`: images of each class; default: as many as it takes.
 */
export function balancedQuotas(classes: number, count: number, available?: readonly number[]): number[] {
  const quota = new Array<number>(classes).fill(0);
  for (let taken = 0, round = 0; taken < count && round < count; round++) {
    for (let label = 0; label < classes && taken < count; label++) {
      if (available !== undefined && (available[label] as number) <= round) continue;
      quota[label] = round + 1;
      taken++;
    }
  }
  return quota;
}

/** Positions of the first `count` images, balanced over the classes, in file order; refuses more than there are. */
export function limitedPositions(
  labels: ArrayLike<number>,
  classes: number,
  count: number | undefined,
  part: string,
): number[] {
  const size = labels.length;
  if (count === undefined || count === size) return Array.from({ length: size }, (_, position) => position);
  requireLimitWithin(count, size, part);
  return balancedPositions(labels, classes, count);
}

/** @throws RangeError unless there are so many images in the part */
export function requireLimitWithin(count: number, size: number, part: string): void {
  if (Number.isInteger(count) && count >= 1 && count <= size) return;
  throw new RangeError(`\`limit\` of the ${part} images must be an integer from 1 to ${size}, got ${count}`);
}

/**
 * Parts positions in two: the last `count` images, balanced over the classes as a limit's are but from the end of the file,
 * and the others. The last, so that a limit on the others keeps the same images whether or not some are held out.
 */
export function heldOutPositions(
  labels: ArrayLike<number>,
  classes: number,
  count: number,
): { kept: number[]; heldOut: number[] } {
  const size = labels.length;
  if (!Number.isInteger(count) || count < 1 || count >= size) {
    throw new RangeError(
      `\`validation\` must be a number of training images, an integer from 1 to ${size - 1}, got ${count}`,
    );
  }
  const fromEnd = balancedPositions(Array.from(labels).reverse(), classes, count);
  const held = new Set(fromEnd.map((position) => size - 1 - position));
  const positions = Array.from({ length: size }, (_, position) => position);
  return {
    kept: positions.filter((position) => !held.has(position)),
    heldOut: positions.filter((position) => held.has(position)),
  };
}

/** A limit of another form would leave all images there without a word. */
export function requireLimit(limit: Limit | undefined): void {
  if (limit === undefined) return;
  const isObject = typeof limit === 'object' && limit !== null && !Array.isArray(limit);
  const unknown = isObject ? Object.keys(limit).find((key) => key !== 'train' && key !== 'test') : undefined;
  if (isObject && unknown === undefined) return;
  const got = unknown === undefined ? plain.kindOf(limit) : `the key ${plain.excerpt(unknown)}`;
  throw new RangeError(`\`limit\` must be { train: images, test: images }, either or both, got ${got}`);
}
