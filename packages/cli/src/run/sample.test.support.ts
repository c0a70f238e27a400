import { buildModel, type Checkpoint, defaultTrainingOptions, type EpochMetrics, type GradientStats } from 'kestirme';
import { resolveTraining } from '../config/resolve.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import type { Values } from '../options/option.js';
import { merge } from '../options/parse.js';
import { trainOptions } from '../options/table.js';
import type { RunRecord } from './record.js';

/** Records made up for tests. */
export function sampleConfig(changes: Partial<ResolvedConfig> = {}): ResolvedConfig {
  const { values, origin } = merge(trainOptions, []);
  const config = resolveTraining(values as Values<typeof trainOptions>, origin);
  return { ...config, ...changes };
}

export function sampleMetrics(epoch: number, changes: Partial<EpochMetrics> = {}): EpochMetrics {
  return {
    epoch,
    lambda: 0.25,
    headWeights: [0.25, 0.75],
    lr: 0.1,
    trainLoss: 2,
    trainAccuracy: 0.5,
    trainAccuracyMain: 0.4,
    testLoss: 1.5,
    testAccuracy: 0.6,
    imagesPerSecond: 100,
    seconds: 10,
    firingRates: { 'stem.lif': 0.1 },
    gradients: {
      taps: { 'stage1.block1': stats(3), stage1: stats(1 + epoch) },
      weights: {
        'stem.conv.weight': { ...stats(1 + epoch), weightNorm: 2 },
        'stage1.conv.weight': { ...stats(1), weightNorm: 2 },
      },
    },
    ...changes,
  };
}

function stats(norm: number): GradientStats {
  return { norm, zeroShare: 0, count: 4, histogram: { minExponent: -40, positive: [1], negative: [3] } };
}

export function sampleRun(changes: { config?: Partial<ResolvedConfig>; accuracy?: number } = {}): RunRecord {
  const config = sampleConfig({ epochs: 2, ...changes.config });
  return {
    config,
    metrics: [sampleMetrics(0), sampleMetrics(1)],
    result: {
      method: config.method,
      dataset: 'builtin',
      model: config.model,
      seed: config.seed,
      epochs: config.epochs,
      testAccuracy: changes.accuracy ?? 0.6,
      weightsSha256: 'ab'.repeat(32),
      imagesPerSecond: 100,
      peakMemoryBytes: 1e8,
      threads: 2,
      backend: 'wasm',
      simd: 'simd128',
      timeSteps: config.timeSteps,
      version: '0.1.0',
    },
  };
}

/** After `epoch` epochs, with `epoch` in each of its values. */
export function sampleCheckpoint(epoch: number): Checkpoint {
  const network = buildModel('resnet20', { timeSteps: 1, input: { channels: 1, height: 8, width: 8 }, classes: 10 });
  return {
    version: 2,
    network: { ...network, layers: [] },
    training: defaultTrainingOptions(),
    mean: [0.5],
    std: [0.25],
    position: { epoch, iteration: 0 },
    sums: null,
    logBytes: null,
    lambda: null,
    best: null,
    state: { 'stem.conv.weight': { shape: [4, 100], data: new Float32Array(400).fill(epoch) } },
  };
}
