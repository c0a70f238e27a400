/** Invented but plausible runs, for the tests of the report: shapes and sizes as a real comparison has them. */
import type { EpochMetrics, GradientStats, Method } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import type { RunRecord, RunSoFar } from '../run/record.js';

export interface SampleOptions {
  methods?: Method[];
  seeds?: number[];
  epochs?: number;
  /** Residual blocks of each stage. */
  stages?: number[];
  /** Goes before each layer's name. */
  prefix?: string;
  config?: Partial<ResolvedConfig>;
}

type Random = () => number;

/** A small generator of its own, so that the sample is the same everywhere. */
function randomFrom(seed: number): Random {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

const MIN_EXPONENT = -40;
const BINS = 44;

export function gradientOf(norm: number, zeroShare: number, count: number, random: Random): GradientStats {
  const positive = new Array<number>(BINS).fill(0);
  const negative = new Array<number>(BINS).fill(0);
  const sigma = norm / Math.sqrt(count);
  const drawn = 600;
  for (let index = 0; index < drawn; index++) {
    const value = normal(random) * sigma * (0.4 + 1.2 * random());
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(Math.log2(Math.abs(value))) - MIN_EXPONENT));
    const bins = value > 0 ? positive : negative;
    bins[bin] = (bins[bin] ?? 0) + ((1 - zeroShare) * count) / drawn;
  }
  return { norm, zeroShare, count, histogram: { minExponent: MIN_EXPONENT, positive, negative } };
}

interface Layers {
  convs: { name: string; weights: number; depth: number }[];
  lifs: { name: string; depth: number }[];
  taps: { name: string; depth: number }[];
}

export function layersOf(stages: number[], prefix = ''): Layers {
  const layers: Layers = { convs: [], lifs: [], taps: [] };
  const total = stages.reduce((sum, blocks) => sum + blocks, 0) * 2 + 1;
  let step = 0;
  const conv = (name: string, weights: number) => layers.convs.push({ name, weights, depth: step / total });
  conv(`${prefix}stem.conv`, 432);
  layers.lifs.push({ name: `${prefix}stem.lif`, depth: 0 });
  stages.forEach((blocks, stage) => {
    const channels = 16 * 2 ** stage;
    for (let block = 1; block <= blocks; block++) {
      const path = `${prefix}stage${stage + 1}.block${block}`;
      for (const part of [1, 2]) {
        step++;
        const inputs = part === 1 && block === 1 && stage > 0 ? channels / 2 : channels;
        conv(`${path}.conv${part}`, inputs * channels * 9);
        layers.lifs.push({ name: `${path}.lif${part}`, depth: step / total });
      }
      if (block === 1 && stage > 0) conv(`${path}.down.conv`, (channels * channels) / 2);
    }
    layers.taps.push({ name: `${prefix}stage${stage + 1}`, depth: step / total });
  });
  return layers;
}

const START: Record<Method, { accuracy: number; early: number }> = {
  vanilla: { accuracy: 0.86, early: -2.1 },
  shortcut: { accuracy: 0.9, early: -0.5 },
  evolution: { accuracy: 0.91, early: -0.7 },
};

function headWeights(method: Method, r: number, heads: number): number[] {
  if (method === 'vanilla') return [1];
  if (method === 'shortcut') return new Array<number>(heads + 1).fill(1);
  const lambda = 0.25 + 0.75 * r;
  return [lambda, ...new Array<number>(heads).fill((1 - lambda) / heads)];
}

function epochOf(method: Method, epoch: number, epochs: number, layers: Layers, random: Random): EpochMetrics {
  const r = epochs > 1 ? epoch / (epochs - 1) : 0;
  const learned = 1 - Math.exp(-(epoch + 1) / 4);
  const { accuracy, early } = START[method];
  const noise = () => 0.006 * normal(random);
  const trainAccuracyMain = Math.min(1, accuracy * learned + 0.03 + noise());
  const weights = headWeights(method, r, layers.taps.length - 1);
  const gradients: EpochMetrics['gradients'] = { taps: {}, weights: {} };
  const normAt = (depth: number, scale: number) =>
    scale * 10 ** (early * (1 - depth) * (1 - 0.35 * r) + 0.08 * normal(random) - 0.5 * r);
  for (const { name, weights: count, depth } of layers.convs) {
    const side = name.includes('.down.') ? 0.35 : 1;
    const weightNorm = Math.sqrt(count) * 0.1;
    const norm = normAt(depth, 0.3 * side) * weightNorm;
    gradients.weights[`${name}.weight`] = { ...gradientOf(norm, 0.02, count, random), weightNorm };
    gradients.weights[`${name.replace('conv', 'norm')}.weight`] = gradientOf(0.05, 0, 16, random);
  }
  gradients.weights['head.main.weight'] = gradientOf(0.4, 0, 640, random);
  for (const { name, depth } of layers.taps) {
    gradients.taps[name] = gradientOf(normAt(depth, 0.02), 0.3, 65536, random);
  }
  return {
    epoch,
    lambda: weights[0] ?? 1,
    headWeights: weights,
    lr: 0.05 * (1 + Math.cos(Math.PI * r)),
    trainLoss: 2.3 * Math.exp(-epoch / 5) + 0.35 + noise(),
    trainLossMain: 2.3 * Math.exp(-epoch / 5) + 0.4 + noise(),
    trainAccuracy: Math.min(1, trainAccuracyMain + (method === 'vanilla' ? 0 : 0.02 * (1 - r))),
    trainAccuracyMain,
    testLoss: 2.1 * Math.exp(-epoch / 5) + 0.5 + 2 * noise(),
    testAccuracy: accuracy * learned + noise(),
    imagesPerSecond: 410 + 20 * normal(random),
    seconds: 12.2 + 0.3 * random(),
    firingRates: Object.fromEntries(
      layers.lifs.map(({ name, depth }) => [name, 0.22 - 0.15 * depth + 0.03 * random() - 0.02 * r]),
    ),
    gradients,
  };
}

export function sampleConfig(method: Method, seed: number, epochs: number): ResolvedConfig {
  return {
    schema: 3,
    version: '0.1.0',
    data: 'cifar10:data/cifar10',
    limit: '5000,1000',
    validation: 0,
    augment: 'standard',
    loaderWorkers: 2,
    model: 'resnet20',
    width: 0.5,
    stem: 'cifar',
    timeSteps: 2,
    heads: method === 'vanilla' ? 'none' : 'stages',
    decay: 0.25,
    threshold: 0.5,
    reset: 'hard',
    detachReset: false,
    decayInput: false,
    neuron: 'lif',
    surrogate: 'rectangle:1',
    norm: 'bn',
    method,
    lambda: { vanilla: 'vanilla', shortcut: 'sbp', evolution: 'evo-rise,linear,epoch,0.25' }[method],
    combine: 'logits',
    encode: 'direct',
    epochs,
    batch: 64,
    microBatch: 64,
    optimizer: 'sgd',
    lr: 0.1,
    momentum: 0.9,
    weightDecay: 0.0001,
    schedule: 'cosine',
    warmup: 0,
    loss: 'cross-entropy',
    labelSmoothing: 0,
    clip: 0,
    seed,
    threads: 2,
    memoryLimit: 4294967296,
    checkpointEvery: '1epoch,10min',
  };
}

export function sampleRuns(options: SampleOptions = {}): RunRecord[] {
  const { methods = ['vanilla', 'shortcut', 'evolution'], seeds = [0, 1], epochs = 20, stages = [3, 3, 3] } = options;
  const layers = layersOf(stages, options.prefix);
  return methods.flatMap((method) =>
    seeds.map((seed) => {
      const random = randomFrom(seed * 7 + method.length);
      const metrics = Array.from({ length: epochs }, (_, epoch) => epochOf(method, epoch, epochs, layers, random));
      const config = { ...sampleConfig(method, seed, epochs), ...options.config };
      const hash = Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join('');
      const result = {
        method,
        dataset: config.data.split(':')[0] ?? '',
        model: config.model,
        seed,
        epochs,
        testAccuracy: metrics.at(-1)?.testAccuracy ?? 0.1,
        weightsSha256: hash,
        imagesPerSecond: 410 + 10 * random(),
        peakMemoryBytes: 412 * 2 ** 20,
        threads: config.threads,
        backend: 'wasm' as const,
        simd: 'simd128',
        timeSteps: config.timeSteps,
        version: config.version,
      };
      return { config, metrics, result };
    }),
  );
}

/** The run as it was when so many of its epochs were over. */
export function unfinished(run: RunRecord, epochs: number): RunSoFar {
  return { ...run, metrics: run.metrics.slice(0, epochs), result: null };
}
