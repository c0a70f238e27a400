import type { Skipped } from '@kestirme/datasets';
import type { EpochMetrics, Method, NetworkSpec } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import type { Fingerprint } from './fingerprintCheck.js';
import type { StepRecord } from './stepLog.js';

/** result.json, written when a run has done its last epoch. */
export interface RunResult {
  method: Method;
  dataset: string;
  /** A name, of a file without its folder and ending. */
  model: string;
  seed: number;
  epochs: number;
  /** Test accuracy of the main head alone after the last epoch (not the best one), in [0, 1]. */
  testAccuracy: number;
  weightsSha256: string;
  /** Training only, mean over all epochs. */
  imagesPerSecond: number;
  peakMemoryBytes: number;
  threads: number;
  /** The kernels that did the last step, as the engine names them. */
  backend: 'native' | 'wasm';
  simd: string;
  timeSteps: number;
  version: string;
  /** Files that could not be read and were left out, where --skip-corrupt let the run go on without them; else absent. */
  skipped?: readonly Skipped[];
  /** Runs of versions before there were fingerprints have none. */
  fingerprint?: Fingerprint;
}

/** A run as its folder holds it, finished or as far as it went. */
export interface RunSoFar {
  config: ResolvedConfig;
  /** Metrics of the epochs that are over, in their order. */
  metrics: EpochMetrics[];
  /** Steps over the whole run, as far as a drawing needs them; runs of versions before they were kept have none. */
  steps?: StepRecord[];
  /** Null while the run has not finished. */
  result: RunResult | null;
  /** Where a model file built it; the model's name says it elsewhere. */
  network?: NetworkSpec;
}

/** A finished run. */
export interface RunRecord extends RunSoFar {
  result: RunResult;
}
