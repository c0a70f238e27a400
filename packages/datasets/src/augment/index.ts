/** The steps of augmentation: a line for each, beside its file. */
import { completeOptions, kindNamed, plain, type RandomStream, type SpecOf, specProblems, suggestion } from 'kestirme';
import type { Sample } from '../samples/sample.js';
import { autoAugment } from './autoAugmentStep.js';
import { colorJitter } from './colorJitter.js';
import { crop } from './crop.js';
import { cutout } from './cutout.js';
import { flip } from './flip.js';
import { randAugment } from './randAugment.js';
import type { StepKind } from './step.js';

export const steps = [crop, flip, cutout, autoAugment, randAugment, colorJitter] as const;

/** A step with its options, as settings have it: { kind: 'crop', padding: 4 }. */
export type StepSpec = SpecOf<(typeof steps)[number]>;

/** In the order in which they are done. */
export type Steps = readonly StepSpec[];

/** The sample as the steps leave it. */
export function applySteps(specs: Steps, sample: Sample, random: RandomStream): Sample {
  let now = sample;
  for (const { kind, ...options } of specs) now = stepNamed(kind).apply(now, options as never, random);
  return now;
}

/** Steps with all options, those that are not given as usual. @throws RangeError naming what is wrong with which step */
export function requireSteps(name: string, given: readonly { kind: string }[]): Steps {
  if (!Array.isArray(given)) throw new TypeError(`\`${name}\` must be a list of steps, got ${plain.kindOf(given)}`);
  return given.map((one, i) => {
    const { kind, ...options } = one ?? {};
    const spec = { kind, ...completeOptions(steps, kindNamed(steps, kind), [options]) };
    const problem = specProblems(`${name}[${i}].`, steps, spec)[0] ?? unknownOption(`${name}[${i}]`, spec);
    if (problem !== undefined) throw new RangeError(problem);
    return spec as StepSpec;
  });
}

/** What a step is about to change. */
interface Samples {
  channels: number;
  floats: boolean;
}

/** @throws RangeError when a step cannot change such samples */
export function requireFitting(name: string, specs: Steps, { channels, floats }: Samples): void {
  const isImage = !floats && (channels === 1 || channels === 3);
  const wrong = specs.findIndex(({ kind }) => stepNamed(kind).of === 'images' && !isImage);
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

function stepNamed(name: string): StepKind {
  return kindNamed(steps, name) as StepKind;
}
