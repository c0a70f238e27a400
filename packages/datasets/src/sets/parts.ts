import { heldOutPositions, type Limit, limitedPositions, requireLimit } from './limit.js';

export interface Labels {
  /** 0-based classes, in the order of the files. */
  train: readonly number[];
  test: readonly number[];
}

/** One sample of a data set: a position in one of the parts that its publisher made. */
export interface Place {
  from: 'train' | 'test';
  position: number;
}

/** Which samples serve for training and which for tests, known by their labels alone, before any of them is read. */
export function chooseParts(
  labels: Labels,
  classes: number,
  { limit, validation = 0 }: { limit?: Limit; validation?: number },
): Record<'train' | 'test', Place[]> {
  requireLimit(limit);
  const whole = Array.from(labels.train.keys());
  const { kept, heldOut } =
    validation === 0 ? { kept: whole, heldOut: null } : heldOutPositions(labels.train, classes, validation);
  const limited = (of: readonly number[], positions: readonly number[], count: number | undefined, part: string) => {
    const there = positions.map((position) => of[position] as number);
    return limitedPositions(there, classes, count, part).map((i) => positions[i] as number);
  };
  const place = (from: Place['from']) => (position: number) => ({ from, position });
  const test = heldOut ?? Array.from(labels.test.keys());
  const testFrom = heldOut === null ? 'test' : 'train';
  return {
    train: limited(labels.train, kept, limit?.train, 'training').map(place('train')),
    test: limited(labels[testFrom], test, limit?.test, 'test').map(place(testFrom)),
  };
}
