/** Training samples that are held out, to judge epochs and options by, so that the test samples judge the result alone. */
import { purpose, RandomStream } from 'kestirme';
import type { Dataset } from './dataset.js';

/** Part of the training samples, of each class in proportion, drawn by a seed of its own: every run may have the same. */
export interface ValidationShare {
  /** Above 0 and below 1. */
  share: number;
  /** Default 0. */
  seed?: number;
}

/**
 * Positions, rising, of `share` of the samples, rounded to a whole number, at least 1: of each class its share, and what
 * rounding leaves to the classes with the largest remainders, the first of equal ones.
 * @throws RangeError when the share leaves nothing to train on
 */
export function sharePositions(
  labels: ArrayLike<number>,
  classes: number,
  { share, seed = 0 }: ValidationShare,
): Uint32Array {
  if (!(share > 0 && share < 1)) {
    throw new RangeError(`\`validation.share\` must be a number between 0 and 1, got ${share}`);
  }
  const members: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < labels.length; i++) members[labels[i] as number]?.push(i);
  const count = Math.max(1, Math.round(share * labels.length));
  if (count >= labels.length) {
    throw new RangeError(`\`validation.share\` of ${share} leaves nothing of ${labels.length} training samples`);
  }
  const exact = members.map((own) => (count * own.length) / labels.length);
  const quotas = exact.map(Math.floor);
  const left = count - quotas.reduce((sum, one) => sum + one, 0);
  const byRemainder = exact.map((one, label) => ({ label, rest: one % 1 })).sort((a, b) => b.rest - a.rest);
  for (const { label } of byRemainder.slice(0, left)) quotas[label] = (quotas[label] as number) + 1;
  const positions = members.flatMap((own, label) => {
    const order = new RandomStream(seed, purpose.subset, label).permutation(own.length);
    return [...order.subarray(0, quotas[label])].map((k) => own[k] as number);
  });
  return Uint32Array.from(positions).sort((a, b) => a - b);
}

/** The data set with this share of its training samples held out; nothing is copied. */
export function withValidation<D extends Dataset>(dataset: D, wanted: ValidationShare): D {
  const { info, train } = dataset;
  const validation = sharePositions(train.labels, info.classes, wanted);
  const sizes = { trainSize: train.size - validation.length, validationSize: validation.length };
  return { ...dataset, info: { ...info, ...sizes }, validation };
}

/** Opens a data set: `open` takes as many samples as it is told from the end of the training samples; a share stays beside. */
export async function withHeldOut<D extends Dataset>(
  validation: number | ValidationShare | undefined,
  open: (fromEnd: number) => Promise<D>,
): Promise<D> {
  if (validation === undefined || typeof validation === 'number') return open(validation ?? 0);
  return withValidation(await open(0), validation);
}

/** Positions of the samples that are trained on; null: all of them. */
export function trainedPositions({ train, validation }: Dataset): Uint32Array | null {
  if (validation === undefined) return null;
  const held = new Set(validation);
  return Uint32Array.from({ length: train.size }, (_, position) => position).filter((position) => !held.has(position));
}
