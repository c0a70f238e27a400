/** Parts of a data set whose samples are wherever they are: in memory, or read when they are needed. */
import type { Pixels } from 'kestirme';
import type { Dataset, SourceSplit, Split } from './dataset.js';
import type { OpenOptions } from './kind.js';
import { balancedPositions } from './limit.js';

type AnySplit = Split<Pixels> | SourceSplit;

/**
 * What is left of both parts when samples are held out for validation, in place of the test samples, and each is limited:
 * the same samples as of sets that are read into memory (`holdOut`, `limitSplit`). `info` has the new sizes.
 * @throws RangeError when more is asked for than there is
 */
export function chooseParts<D extends Dataset>(
  dataset: D,
  { limit, validation = 0 }: Pick<OpenOptions, 'limit' | 'validation'>,
): D {
  const { info } = dataset;
  const held = validation === 0 ? null : heldOut(dataset.train.labels, info.classes, validation);
  const parts =
    held === null
      ? dataset
      : { train: taken(dataset, dataset.train, held.kept), test: taken(dataset, dataset.train, held.held) };
  const train = limited(dataset, parts.train, limit?.train, 'training');
  const test = limited(dataset, parts.test, limit?.test, 'test');
  return { ...dataset, train, test, info: { ...info, trainSize: train.size, testSize: test.size } };
}

/** Positions that are kept and held out, each in their order. */
function heldOut(labels: Int32Array, classes: number, count: number): { kept: number[]; held: number[] } {
  if (!Number.isInteger(count) || count < 1 || count >= labels.length) {
    throw new RangeError(
      `\`validation\` must be a number of training samples, an integer from 1 to ${labels.length - 1}, got ${count}`,
    );
  }
  const last = labels.length - 1;
  const fromEnd = balancedPositions(labels.slice().reverse(), classes, count);
  const isHeld = new Set(fromEnd.map((position) => last - position));
  const positions = Array.from(labels, (_, position) => position);
  return { kept: positions.filter((at) => !isHeld.has(at)), held: positions.filter((at) => isHeld.has(at)) };
}

function limited(dataset: Dataset, split: AnySplit, count: number | undefined, part: string): AnySplit {
  if (count === undefined || count === split.size) return split;
  if (!Number.isInteger(count) || count < 1 || count > split.size) {
    throw new RangeError(`\`limit\` of the ${part} samples must be an integer from 1 to ${split.size}, got ${count}`);
  }
  return taken(dataset, split, balancedPositions(split.labels, dataset.info.classes, count));
}

/** The samples at some positions of a split; none is copied. */
function taken({ info }: Dataset, split: AnySplit, positions: readonly number[]): SourceSplit {
  const labels = Int32Array.from(positions, (position) => split.labels[position] as number);
  const places = Uint32Array.from(positions);
  const size = positions.length;
  if ('source' in split) {
    const { source, floats = false } = split;
    const of = source.kind === 'subset' ? source.of : source;
    const direct = source.kind === 'subset' ? places.map((place) => source.places[place] as number) : places;
    return { source: { kind: 'subset', of, places: direct }, floats, labels, size };
  }
  const { channels, height, width, frames = 1 } = info;
  const of = { kind: 'memory', pixels: split.images, frames, height, width, channels } as const;
  return { source: { kind: 'subset', of, places }, floats: split.images instanceof Float32Array, labels, size };
}
