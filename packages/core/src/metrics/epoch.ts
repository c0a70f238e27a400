import type { StepResult } from '../engine/types.js';
import type { EvaluationSummary } from './evaluation.js';
import { addGradientStats, type GradientSums, meanGradientStats } from './gradients.js';
import type { EpochMetrics, GradientStats } from './metrics.js';

/** Sums over an epoch so far. Plain data: a checkpoint in the middle of the epoch holds it. */
export interface EpochSums {
  epoch: number;
  steps: number;
  images: number;
  lossSum: number;
  /** Of the main head alone; absent in an epoch whose first steps came before it was told. */
  lossMainSum?: number;
  correct: number;
  correctMain: number;
  /** Learning rate of the epoch's first step. */
  lr: number;
  headWeights: number[];
  /** Training only. */
  seconds: number;
  /** Seconds of these that went by waiting for the next batch. */
  waitSeconds: number;
  taps: Record<string, GradientSums>;
  weights: Record<string, GradientSums>;
}

export function startEpoch(epoch: number): EpochSums {
  return {
    epoch,
    steps: 0,
    images: 0,
    lossSum: 0,
    lossMainSum: 0,
    correct: 0,
    correctMain: 0,
    lr: 0,
    headWeights: [],
    seconds: 0,
    waitSeconds: 0,
    taps: {},
    weights: {},
  };
}

/** Adds a training step of `images` images. */
export function addStep(sums: EpochSums, result: StepResult, images: number): void {
  if (sums.steps === 0) {
    sums.lr = result.lr;
    sums.headWeights = result.headWeights;
  }
  sums.steps++;
  sums.images += images;
  sums.lossSum += result.loss * images;
  if (sums.lossMainSum !== undefined) sums.lossMainSum += result.lossMain * images;
  sums.correct += result.correct;
  sums.correctMain += result.correctMain;
  if (result.probe !== null) {
    addAll(sums.taps, result.probe.taps);
    addAll(sums.weights, result.probe.weights);
  }
}

function addAll(sums: Record<string, GradientSums>, probe: Record<string, GradientStats>): void {
  for (const [name, stats] of Object.entries(probe)) sums[name] = addGradientStats(sums[name], stats, name);
}

function means(sums: Record<string, GradientSums>): Record<string, GradientStats> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, meanGradientStats(sum)]));
}

/** `test`: of the images that judge. */
export function finishEpoch(
  sums: EpochSums,
  test: EvaluationSummary,
  judgedBy: 'test' | 'validation' = 'test',
): EpochMetrics {
  return {
    epoch: sums.epoch,
    lambda: sums.headWeights[0] ?? 1,
    headWeights: sums.headWeights,
    lr: sums.lr,
    trainLoss: sums.lossSum / sums.images,
    ...(sums.lossMainSum === undefined ? {} : { trainLossMain: sums.lossMainSum / sums.images }),
    trainAccuracy: sums.correct / sums.images,
    trainAccuracyMain: sums.correctMain / sums.images,
    testLoss: test.loss,
    testAccuracy: test.accuracy,
    ...(judgedBy === 'validation' ? { judgedBy } : {}),
    imagesPerSecond: sums.seconds > 0 ? sums.images / sums.seconds : 0,
    seconds: sums.seconds,
    waitShare: waitShare(sums),
    firingRates: test.firingRates,
    gradients: { taps: means(sums.taps), weights: means(sums.weights) },
  };
}

/** Share of an epoch's training time spent waiting for data, in [0, 1]. */
export function waitShare(sums: EpochSums): number {
  return sums.seconds > 0 ? sums.waitSeconds / sums.seconds : 0;
}

/** How many steps of an epoch are probed, and which: spread evenly, the first among them. */
export const probesPerEpoch = 4;

export function isProbe(iteration: number, iterationsPerEpoch: number): boolean {
  for (let probe = 0; probe < probesPerEpoch; probe++) {
    if (Math.floor((probe * iterationsPerEpoch) / probesPerEpoch) === iteration) return true;
  }
  return false;
}
