export type { Batch, BatchSource, DataInfo } from './loader/batch.js';
export type { EpochMetrics, GradientStats } from './metrics/metrics.js';
export type * from './network/spec.js';

// Random numbers.
export { type Purpose, philox4x32, purpose, RandomStream } from './random/philox.js';

// Schedules: weights of the heads and learning rate.
export type { ExactMath } from './engine/exactMath.js';
export {
  defaultLambda,
  type HeadWeightsFunction,
  headWeights,
  lambdaPresets,
  lambdaProblems,
  lambdaRamps,
  lambdaSpecFor,
  type Method,
  methods,
} from './lambda/schedule.js';
export type { LambdaPreset, LambdaRamp, LambdaSpec } from './lambda/spec.js';
export { learningRate } from './optim/schedule.js';
export type { RunPosition } from './train/position.js';
