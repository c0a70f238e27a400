/** Parts of a data set that is open already: its samples stay where they are, in memory or in files. */
import type { Pixels } from 'kestirme';
import type { Dataset, SourceSplit, Split } from './dataset.js';
import type { OpenRequest } from './kind.js';
import { chooseParts, type Place } from './parts.js';

type AnySplit = Split<Pixels> | SourceSplit;

/** The data set with the samples that `limit` and `validation` leave; `info` has the new sizes. @throws RangeError */
export function keepParts<D extends Dataset>(
  dataset: D,
  choice: Pick<OpenRequest<unknown>, 'limit' | 'validation'>,
): D {
  const { info, train, test } = dataset;
  const labels = { train: [...train.labels], test: [...test.labels] };
  const places = chooseParts(labels, info.classes, choice);
  const kept = { train: taken(dataset, places.train), test: taken(dataset, places.test) };
  return { ...dataset, ...kept, info: { ...info, trainSize: kept.train.size, testSize: kept.test.size } };
}

/** The samples at some places, all of one part; none is copied. */
function taken(dataset: Dataset, places: readonly Place[]): AnySplit {
  const split = dataset[places[0]?.from ?? 'train'];
  // All of it, in order.
  if (places.length === split.size) return split;
  const positions = Uint32Array.from(places, ({ position }) => position);
  const labels = Int32Array.from(positions, (position) => split.labels[position] as number);
  const of = 'source' in split ? split.source : inMemory(dataset, split);
  const floats = 'source' in split ? (split.floats ?? false) : split.images instanceof Float32Array;
  return { source: { kind: 'subset', of, places: positions }, floats, labels, size: positions.length };
}

function inMemory({ info }: Dataset, { images }: Split<Pixels>) {
  const { channels, height, width, frames = 1 } = info;
  return { kind: 'memory', pixels: images, frames, height, width, channels } as const;
}
