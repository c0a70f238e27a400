export type { Batch, BatchSource, DataInfo } from './loader/batch.js';
export type { EpochMetrics, GradientStats } from './metrics/metrics.js';
export type * from './network/spec.js';

// Random numbers.
export { type Purpose, philox4x32, purpose, RandomStream } from './random/philox.js';
