/** Which samples serve for what: for files, recordings and arrays in memory alike, by their labels alone. */
import type { Wanted } from '../formats/records.js';
import { heldOutPositions, type Limit, limitedPositions, requireLimit } from './limit.js';

export type Part = 'train' | 'test';

/** 0-based classes, in the order of the files. */
export type Labels = Record<Part, readonly number[]>;

/** One sample of a data set: a position in one of the parts that its publisher made. */
export interface Place {
  from: Part;
  position: number;
}

export type Places = Record<Part, Place[]>;

/** Which samples serve for training and which for tests, before any of them is read. */
export function chooseParts(
  labels: Labels,
  classes: number,
  { limit, validation = 0 }: { limit?: Limit | undefined; validation?: number | undefined },
): Places {
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

/** What each of the places has in lists that are as long as the publisher's parts. */
export function atPlaces<T>(lists: Record<Part, ArrayLike<T>>, places: readonly Place[]): T[] {
  return places.map(({ from, position }) => lists[from][position] as T);
}

/** All that is wanted of one of the publisher's parts, in the order of its file. */
export function wantedFrom<Into>(from: Part, places: Places, splits: Record<Part, Into>): Wanted<Into>[] {
  const wanted = (['train', 'test'] as const).flatMap((part) =>
    places[part].flatMap((place, at) =>
      place.from === from ? [{ position: place.position, into: splits[part], at }] : [],
    ),
  );
  return wanted.sort((a, b) => a.position - b.position);
}
