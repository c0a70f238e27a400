/** The sides of a training: what it is given and tells meanwhile, and what it gives. */
import type { Checkpoint, OpenCheckpoint } from '../checkpoint/checkpoint.js';
import type { Engine, MemoryPlan, State, StepResult } from '../engine/types.js';
import type { HeadWeightsFunction } from '../lambda/schedule.js';
import type { BatchSource } from '../loader/batch.js';
import type { EpochSums } from '../metrics/epoch.js';
import type { EpochMetrics } from '../metrics/metrics.js';
import type { NetworkSpec } from '../network/spec.js';
import type { BestEpoch } from './best.js';
import type { EvaluateRequest } from './evaluate.js';
import type { InitialFit } from './initial.js';
import type { CheckpointInterval } from './interval.js';
import type { TrainingOptions } from './options.js';

export interface TrainRequest {
  engine: Engine;
  network: NetworkSpec;
  data: BatchSource;
  options: TrainingOptions;
  /** Goes on from here; the result has the same bits as a run that never stopped. */
  resume?: Checkpoint | undefined;
  /**
   * Weights to begin with in place of those that the seed draws, of every tensor whose name and shape fit: such as another
   * run's, whose classes may be others. Not read where `resume` is given.
   */
  initial?: State | undefined;
  /** What of `initial` was taken, and every tensor that did not fit. Default: a warning that lists these. */
  onInitial?: ((fit: InitialFit) => void) | undefined;
  /** Ends the run after the step under way, with a checkpoint; the signal of the engine ends it at once, without. */
  signal?: AbortSignal | undefined;
  /** Weights of the heads from a schedule of one's own, instead of `options.lambda`; checkpoints do not hold it. */
  userHeadWeights?: HeadWeightsFunction | undefined;
  /** Where the memory will go, before the first step. */
  onPlan?: ((plan: MemoryPlan) => void | Promise<void>) | undefined;
  onStep?: ((step: StepReport) => void | Promise<void>) | undefined;
  /** After an epoch and its evaluation, before its checkpoint. */
  onEpoch?: ((metrics: EpochMetrics, timing: EpochTiming) => void | Promise<void>) | undefined;
  /**
   * After an epoch that is the best so far: its weights as they answer in an evaluation, to be kept for inference. Comes
   * behind `onEpoch`, and before the epoch's checkpoint. The tensors are in the engine: to be read before this resolves.
   */
  onBest?: ((best: BestEpoch, trained: OpenCheckpoint) => void | Promise<void>) | undefined;
  /** In the evaluation after an epoch, of each batch: see `evaluate`. */
  onAnswers?: EvaluateRequest['onBatch'];
  /**
   * As `checkpointEvery` says, at the end of the run and when the signal ends it. The run waits for it: until then the
   * tensors can be read from the engine, by `encodeCheckpoint`, `writeCheckpoint` or `copyOf`.
   */
  onCheckpoint?: ((checkpoint: OpenCheckpoint) => void | Promise<void>) | undefined;
  /** Default: after each epoch. */
  checkpointEvery?: CheckpointInterval | undefined;
  /** The name of the last checkpoint, such as its file; for errors. */
  checkpointName?: string | undefined;
  /**
   * What the run may do and will hardly be meant to: a schedule that never moves, a layer that no gradient reaches, classes
   * without images. Default: `console.warn`.
   */
  onWarning?: ((text: string) => void) | undefined;
  /** Seconds since any fixed moment; default: the host's clock. */
  clock?: (() => number) | undefined;
}

/** Counts from 0. `sums` is the epoch so far, this step included: read it, do not keep it. */
export interface StepReport {
  epoch: number;
  epochs: number;
  iteration: number;
  iterationsPerEpoch: number;
  /** In this step. */
  images: number;
  result: StepResult;
  sums: Readonly<EpochSums>;
}

export interface EpochTiming {
  evaluationSeconds: number;
}

export interface TrainResult {
  /** False when the signal ended the run. Of an early end by `patience`, `position` tells. */
  finished: boolean;
  /** The step that a resumed run would do next. */
  position: { epoch: number; iteration: number };
  /** Metrics of the epochs completed in this call. */
  metrics: EpochMetrics[];
  /** The best epoch of the run, by the images that judge; null: none is known. */
  best: BestEpoch | null;
}
