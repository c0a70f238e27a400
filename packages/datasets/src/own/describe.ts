/** What a program tells of its own data, and what follows from it. */
import { type DataInfo, plain, purpose, RandomStream } from 'kestirme';
import { applySteps, requireSteps, type Steps } from '../augment/index.js';
import type { Augment } from '../augment/usual.js';
import type { Sample } from '../samples/sample.js';
import type { EventFrames } from './eventFrames.js';

export interface OwnDescription {
  /** Stands in messages and reports. */
  name: string;
  /** A name for each class; a label is the place of its class here, or the name. */
  classNames: readonly string[];
  /** Changes of training samples; default: none. */
  augment?: Augment | Steps | null;
  /** Steps that bring every sample to the sizes of the network, such as a resize and a crop. Default: none. */
  prepare?: Steps;
  /** Of samples that are events: how they become frames. */
  eventFrames?: EventFrames;
  /** Per channel, of pixels that count as 0 to 1. Default: as measured; of floats, which nothing is done to, 0 and 1. */
  mean?: readonly number[];
  std?: readonly number[];
}

/** Checks what does not depend on a sample. @throws TypeError or RangeError naming what is wrong */
export function requireDescription({ name, classNames, prepare }: OwnDescription): void {
  if (typeof name !== 'string' || name === '') throw new TypeError(`\`name\` must be text, got ${plain.kindOf(name)}`);
  const sound = Array.isArray(classNames) && classNames.every((one) => typeof one === 'string');
  if (!sound || classNames.length < 2) {
    throw new TypeError(`\`classNames\` must be a list of 2 names or more, got ${plain.kindOf(classNames)}`);
  }
  const twice = classNames.find((one, i) => classNames.indexOf(one) !== i);
  if (twice !== undefined) throw new RangeError(`\`classNames\` has '${plain.excerpt(twice)}' twice`);
  if (prepare !== undefined) requireSteps('prepare', prepare);
}

/** The sample as it is without augmentation; the one that is given stays as it is. */
export function prepared(sample: Sample, { prepare = [] }: OwnDescription): Sample {
  if (prepare.length === 0) return sample;
  return applySteps(prepare, copyOf(sample), new RandomStream(0, purpose.augment));
}

/** Steps change a sample in place, and a program's own is not theirs. */
export function copyOf(sample: Sample): Sample {
  return { ...sample, pixels: sample.pixels.slice() };
}

type Counts = Pick<DataInfo, 'trainSize' | 'testSize'>;

/** `like`: a prepared sample. */
export function infoOf(own: OwnDescription, like: Sample, counts: Counts, isFrames: boolean): DataInfo {
  const { name, classNames, mean, std } = own;
  const { frames, height, width, channels } = like;
  return {
    ...{ name, channels, height, width, ...(isFrames ? { frames } : {}) },
    ...{ classes: classNames.length, classNames: [...classNames], ...counts },
    mean: [...(mean ?? new Array<number>(channels).fill(0))],
    std: [...(std ?? new Array<number>(channels).fill(1))],
  };
}
