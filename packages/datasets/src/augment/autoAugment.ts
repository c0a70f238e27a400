/** AutoAugment and RandAugment with given draws. */
import type { Sample } from '../samples/sample.js';
import type { Operation, OperationName } from './operations.js';
import type { AffineOptions } from './pixels/affine.js';
import type { Chance, SubPolicy } from './policies.js';

/** Magnitudes that a policy counts in. */
const POLICY_BINS = 10;

type Operations = Readonly<Record<OperationName, Operation>>;

/** `draws`: from 0 up to 1, an operation is done where its own is at most its probability. `signs`: of the magnitudes. */
export function applySubPolicy(
  operations: Operations,
  sample: Sample,
  subPolicy: SubPolicy,
  draws: readonly number[],
  signs: readonly (1 | -1)[],
  options: AffineOptions,
): Sample {
  return subPolicy.reduce((changed: Sample, { operation, probability, bin }: Chance, i) => {
    if ((draws[i] as number) > Math.fround(probability)) return changed;
    return applyOperation(operations, changed, operation, bin ?? 0, POLICY_BINS, signs[i] as 1 | -1, options);
  }, sample);
}

/** At magnitude number `bin` of `bins`. */
export function applyOperation(
  operations: Operations,
  sample: Sample,
  name: OperationName,
  bin: number,
  bins: number,
  sign: 1 | -1,
  options: AffineOptions,
): Sample {
  const operation = operations[name];
  const magnitude = operation.magnitude?.(bin, bins, sample) ?? 0;
  return operation.apply(sample, operation.signed ? sign * magnitude : magnitude, options);
}
