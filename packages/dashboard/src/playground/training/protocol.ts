/** What the page and its trainer, a worker, say to each other. Everything of a training carries the number of its run. */
import type { Method } from 'kestirme';
import type { Setting } from '../setting/setting.js';

export type ToTrainer =
  /** Ends what there is, and makes the networks ready, before their first step. */
  | { kind: 'prepare'; run: number; setting: Setting }
  | { kind: 'run' }
  | { kind: 'pause' }
  | { kind: 'step' }
  /** The digit whose spikes and answers are shown: a test image, or pixels [32, 32] that somebody drew. */
  | { kind: 'watch'; digit: { test: number } | { drawn: Uint8Array } };

export type FromTrainer =
  /** `atOnce`: networks that train at the same time. */
  { kind: 'engine'; build: 'threads' | 'single'; threads: number; atOnce: number } | ({ run: number } & OfRun);

export type OfRun =
  | { kind: 'prepared'; lanes: LaneInfo[]; steps: number }
  /** `lane` counts from 0. */
  | ({ kind: 'step'; lane: number } & StepPoint)
  | { kind: 'gradients'; lane: number; norms: number[] }
  | { kind: 'epoch'; lane: number; step: number; testAccuracy: number; imagesPerSecond: number }
  | ({ kind: 'answers'; lane: number } & Answers)
  | { kind: 'finished'; lane: number; weightsSha256: string }
  | { kind: 'failed'; message: string };

export interface LaneInfo {
  method: Method;
  heads: string[];
  megabytes: number;
  command: string;
}

export interface StepPoint {
  /** Counts from 1 over the whole run. */
  step: number;
  loss: number;
  /** Share of the batch that the main head has right. */
  accuracyMain: number;
  lr: number;
  headWeights: number[];
}

/** What a network makes of the digit that is watched. */
export interface Answers {
  /** Steps that it has behind it. */
  step: number;
  digit: Digit;
  heads: { name: string; probabilities: number[] }[];
  raster: Raster;
}

export interface Digit {
  /** [32, 32] */
  pixels: Uint8Array;
  /** Null: somebody drew it. */
  label: number | null;
  test: number | null;
}

/** Spikes of some neurons of each layer. */
export interface Raster {
  layers: number;
  steps: number;
  neurons: number;
  /** [layers, steps, neurons]: 1 where it fired. */
  fired: Uint8Array;
  /** [layers]: share of ones among all neurons and steps. */
  rates: number[];
}
