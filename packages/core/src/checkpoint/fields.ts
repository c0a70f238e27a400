/** The check of each field of a checkpoint's metadata, beyond being JSON. */
import {
  type Check,
  count,
  finite,
  integer,
  listOf,
  mapOf,
  nonNegative,
  objectOf,
  optional,
  orNull,
  positive,
  share,
} from '../plain/check.js';

const gradientSums = objectOf({
  steps: count,
  norm: nonNegative,
  zeros: nonNegative,
  count,
  weightNorm: optional(nonNegative),
  minExponent: integer,
  positive: listOf(nonNegative),
  negative: listOf(nonNegative),
});

const epochSums = objectOf({
  epoch: count,
  steps: count,
  images: count,
  lossSum: finite,
  lossMainSum: optional(finite),
  correct: count,
  correctMain: count,
  lr: nonNegative,
  headWeights: listOf(finite),
  seconds: nonNegative,
  waitSeconds: nonNegative,
  taps: mapOf(gradientSums),
  weights: mapOf(gradientSums),
});

const anyObject = objectOf({});

/** The network and the options are compared with those of the run that goes on: see `train/resume.ts`. */
export const fieldChecks = {
  network: anyObject,
  training: anyObject,
  mean: listOf(finite),
  std: listOf(positive),
  position: objectOf({ epoch: count, iteration: count }),
  sums: orNull(epochSums),
  logBytes: orNull(count),
  lambda: orNull(positive),
  best: orNull(objectOf({ epoch: count, accuracy: share, loss: finite })),
} as const satisfies Record<string, Check>;
