export type { Batch, BatchSource, DataInfo } from './loader/batch.js';
export type { EpochMetrics, GradientStats } from './metrics/metrics.js';
export type * from './network/spec.js';
