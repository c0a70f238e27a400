/** From a run's configuration to the library's network and options. */
import {
  buildModel,
  type DataInfo,
  type ModelOptions,
  type NetworkSpec,
  type NeuronSettings,
  type OptimizerSpec,
  type TrainingOptions,
  validateTrainingOptions,
} from 'kestirme';
import { absent } from '../config/optionReach.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { UsageError } from '../errors.js';
import { parseHeads, parseLambda, parseSchedule } from '../options/composite.js';
import { parseLoss, parseNeuron, parseNorm, parsePenalty, parseSurrogate } from '../options/kinds.js';

type NetworkConfig = Pick<
  ResolvedConfig,
  | 'model'
  | 'width'
  | 'stem'
  | 'timeSteps'
  | 'heads'
  | 'neuron'
  | 'decay'
  | 'threshold'
  | 'reset'
  | 'detachReset'
  | 'decayInput'
  | 'surrogate'
  | 'norm'
> & { residual?: ResolvedConfig['residual'] | undefined };

/** Builds everything that a run would, so that what is impossible is refused before a folder is claimed. */
export function checkRun(config: ResolvedConfig, info: DataInfo): void {
  trainingOptions(config, buildNetwork(config, info).heads.length);
  if (config.batch > info.trainSize) {
    throw new UsageError(
      `--batch: ${config.batch} is more than the ${info.trainSize} training images of ${info.name}; ` +
        `the nearest valid value is ${info.trainSize}`,
    );
  }
}

export function buildNetwork(
  config: NetworkConfig,
  { channels, height, width, frames, classes }: Pick<DataInfo, 'channels' | 'height' | 'width' | 'frames' | 'classes'>,
): NetworkSpec {
  const options: ModelOptions = {
    stem: config.stem,
    width: config.width,
    timeSteps: config.timeSteps,
    classes,
    input: { channels, height, width, frames },
    neuron: neuronOf(config),
    norm: parseNorm(config.norm),
    residual: config.residual ?? absent.residual,
    heads: parseHeads(config.heads),
  };
  return buildModel(config.model, options);
}

/**
 * The options of neurons, of which the builder takes those that the run's kind has. A LIF needs no name, and networks of
 * before have none.
 */
function neuronOf(config: NetworkConfig): NeuronSettings {
  const { decay, threshold, reset, detachReset, decayInput } = config;
  const { kind, given } = parseNeuron(config.neuron);
  const surrogate = parseSurrogate(config.surrogate);
  const options = { threshold, reset, detachReset, surrogate, decay, decayInput, ...given };
  return (kind.name === 'lif' ? options : { ...options, kind: kind.name }) as NeuronSettings;
}

/** `heads` counts the main head, too. */
export function trainingOptions(config: ResolvedConfig, heads: number): TrainingOptions {
  const penalty = parsePenalty(config.penalty ?? absent.penalty);
  const options: TrainingOptions = {
    epochs: config.epochs,
    batchSize: config.batch,
    microBatch: config.microBatch,
    optimizer: optimizerSpec(config),
    lr: config.lr,
    schedule: parseSchedule(config.schedule),
    warmupEpochs: config.warmup,
    loss: parseLoss(config.loss),
    labelSmoothing: config.labelSmoothing,
    ...(penalty === null ? {} : { penalty }),
    clipNorm: config.clip,
    lambda: parseLambda(config.lambda),
    combine: config.combine,
    encode: config.encode,
    seed: config.seed,
  };
  validateTrainingOptions(options, heads);
  return options;
}

function optimizerSpec({ optimizer, momentum, weightDecay }: ResolvedConfig): OptimizerSpec {
  if (optimizer === 'sgd' || optimizer === 'nesterov') {
    return { kind: 'sgd', momentum, nesterov: optimizer === 'nesterov', weightDecay };
  }
  // Kingma & Ba's second beta and epsilon; `momentum` is their first beta.
  return { kind: optimizer, beta1: momentum, beta2: 0.999, eps: 1e-8, weightDecay };
}
