/** The steps of augmentation: a place in a list for each, beside its file. */
import { completeOptions, kindNamed, plain, type RandomStream, type SpecOf, specProblems, suggestion } from 'kestirme';
import type { Sample } from '../samples/sample.js';
import { autoAugment, deepVoltaire } from './autoAugmentStep.js';
import { centreCrop } from './centreCrop.js';
import { colorJitter } from './colorJitter.js';
import { crop } from './crop.js';
import { cutmix } from './cutmix.js';
import { cutout } from './cutout.js';
import { flip } from './flip.js';
import type { MixedBatch, MixKind } from './mix.js';
import { mixup } from './mixup.js';
import { nda } from './nda.js';
import { randAugment } from './randAugment.js';
import { randomResizedCrop } from './randomResizedCrop.js';
import { roll } from './roll.js';
import { rotate } from './rotate.js';
import { shear } from './shear.js';
import { resizeShorter } from './resizeShorter.js';
import type { StepKind } from './step.js';

const sampleSteps = [
  crop,
  randomResizedCrop,
  flip,
  cutout,
  autoAugment,
  deepVoltaire,
  randAugment,
  colorJitter,
  roll,
  rotate,
  shear,
  nda,
  resizeShorter,
  centreCrop,
] as const;

/** Of whole batches, behind all others. */
const batchSteps = [mixup, cutmix] as const;

export const steps = [...sampleSteps, ...batchSteps] as const;

/** A step with its options, as settings have it: { kind: 'crop', padding: 4 }. */
export type StepSpec = SpecOf<(typeof steps)[number]>;

/** In the order in which they are done. */
export type Steps = readonly StepSpec[];

/** The sample as the steps leave it; those of whole batches pass it by. */
export function applySteps(specs: Steps, sample: Sample, random: RandomStream): Sample {
  let now = sample;
  for (const { kind, ...options } of specs) {
    const step = kindNamed(sampleSteps, kind) as StepKind | undefined;
    if (step !== undefined) now = step.apply(now, options as never, random);
  }
  return now;
}

/** The steps of whole batches. */
export const mixesOf = (specs: Steps): Steps => specs.filter(isOfBatch);

const isOfBatch = ({ kind }: StepSpec) => kindNamed(batchSteps, kind) !== undefined;

/** Does one of the steps, each as likely as any other, and gives the share of the other image's label. */
export function applyMix(mixes: Steps, batch: MixedBatch, random: RandomStream): number {
  const { kind, ...options } = mixes[mixes.length === 1 ? 0 : random.below(mixes.length)] as StepSpec;
  return (kindNamed(batchSteps, kind) as MixKind).mix(batch, options as never, random);
}

/** Steps with all options, those that are not given as usual. @throws RangeError naming what is wrong with which step */
export function requireSteps(name: string, given: readonly { kind: string }[]): Steps {
  if (!Array.isArray(given)) throw new TypeError(`\`${name}\` must be a list of steps, got ${plain.kindOf(given)}`);
  const specs = given.map((one, i) => {
    const { kind, ...options } = one ?? {};
    const spec = { kind, ...completeOptions(steps, kindNamed(steps, kind), [options]) };
    const problem = specProblems(`${name}[${i}].`, steps, spec)[0] ?? unknownOption(`${name}[${i}]`, spec);
    if (problem !== undefined) throw new RangeError(problem);
    return spec as StepSpec;
  });
  const first = specs.findIndex(isOfBatch);
  const late = specs.findIndex((spec, i) => first >= 0 && i > first && !isOfBatch(spec));
  if (late >= 0) {
    const [mix, other] = [specs[first]?.kind, specs[late]?.kind];
    throw new RangeError(`\`${name}[${late}]\`: '${other}' changes a sample, and has to stand before '${mix}'`);
  }
  return specs;
}

/** What a step is about to change. */
interface Samples {
  channels: number;
  floats: boolean;
}

/** @throws RangeError when a step cannot change such samples */
export function requireFitting(name: string, specs: Steps, { channels, floats }: Samples): void {
  const isImage = !floats && (channels === 1 || channels === 3);
  const wrong = specs.findIndex(({ kind }) => (stepNamed(kind) as Partial<StepKind>).of === 'images' && !isImage);
  if (wrong < 0) return;
  const got = `${floats ? 'floats' : 'bytes'} of ${channels} channels`;
  throw new RangeError(
    `\`${name}[${wrong}]\`: '${specs[wrong]?.kind}' changes images, bytes of 1 or 3 channels; these samples are ${got}`,
  );
}

function unknownOption(place: string, { kind, ...options }: { kind: string }): string | undefined {
  const known = Object.keys(stepNamed(kind).options);
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return undefined;
  return `\`${place}\`: '${kind}' has no option \`${plain.excerpt(unknown)}\`${suggestion(unknown, known)}`;
}

function stepNamed(name: string): StepKind | MixKind {
  return kindNamed(steps, name) as StepKind | MixKind;
}
