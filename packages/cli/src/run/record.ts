import type { Skipped } from '@kestirme/datasets';
import type { EpochMetrics, Method, NetworkSpec } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import type { ConfusionTable } from './confusion.js';
import type { Fingerprint } from './fingerprintCheck.js';
import type { StepRecord } from './stepLog.js';

/** result.json, written when a run has done its last epoch. */
export interface RunResult {
  method: Method;
  dataset: string;
  /** A name, of a file without its folder and ending. */
  model: string;
  seed: number;
  /** That were done: as many as there were to be, unless `stopped`. */
  epochs: number;
  /**
   * Test accuracy of the main head alone, in [0, 1]: after the last epoch, not the best one. Where a share of the training
   * images is held out, after the best epoch, which those have chosen: the test images were read once, for this.
   */
  testAccuracy: number;
  /** After the last epoch, on the images held out; where there are none, absent. */
  validationAccuracy?: number;
  /** Runs of versions before there was a best epoch have none. */
  best?: RunBest;
  /** Absent unless the run ended early: no epoch of the last `patience` was better than one before, of `of` to come. */
  stopped?: { patience: number; of: number };
  /** Answers to the test images, of `testAccuracy`. */
  confusion?: ConfusionTable;
  /** After the last epoch. */
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
  /**
   * By which the samples serve for training or for tests, where there is more than one way: accuracies by different ones do
   * not compare.
   */
  split?: string;
  /** Files that could not be read and were left out, where --skip-corrupt let the run go on without them; else absent. */
  skipped?: readonly Skipped[];
  /** Runs of versions before there were fingerprints have none. */
  fingerprint?: Fingerprint;
}

/** The best epoch of a run, by the images that judge epochs; by the test images, it is better than it should be. */
export interface RunBest {
  /** From 0. */
  epoch: number;
  accuracy: number;
  judgedBy: 'test' | 'validation';
  /** Of best.safetensors; null where that is lost. */
  weightsSha256: string | null;
}

/** Epochs that a finished run was to have. */
export function plannedEpochs({ epochs, stopped }: Pick<RunResult, 'epochs' | 'stopped'>): number {
  return stopped?.of ?? epochs;
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
  /** Of a run that this process trains, see `RunResult`. */
  split?: string | undefined;
  /** Where a model file built it; the model's name says it elsewhere. */
  network?: NetworkSpec;
}

/** A finished run. */
export interface RunRecord extends RunSoFar {
  result: RunResult;
}
