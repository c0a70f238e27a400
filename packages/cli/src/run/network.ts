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
import { given } from '../config/given.js';
import { absent } from '../config/optionReach.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { UsageError } from '../errors.js';
import { parseHeads, parseLambda, parseSchedule, parseWidths } from '../options/composite.js';
import { parseLoss, parseNeuron, parseNorm, parsePenalty, parseSurrogate } from '../options/kinds.js';

export type NetworkConfig = Pick<
  ResolvedConfig,
  | 'model'
  | 'widths'
  | 'modelOptions'
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

/** Checks everything that a run needs, so that what is impossible is refused before a folder is claimed. */
export function checkRun(config: ResolvedConfig, info: DataInfo, network: NetworkSpec): void {
  trainingOptions(config, network.heads.length);
  if (config.batch > info.trainSize) {
    throw new UsageError(
      `--batch: ${config.batch} is more than the ${info.trainSize} training images of ${info.name}; ` +
        `the nearest valid value is ${info.trainSize}`,
    );
  }
}

export type Size = Pick<DataInfo, 'channels' | 'height' | 'width' | 'frames' | 'classes'>;

/** A network that the program has. @throws NetworkError, UsageError when it has no such option */
export function buildNetwork(config: NetworkConfig, size: Size): NetworkSpec {
  const { model, widths, modelOptions } = config;
  if (modelOptions !== undefined) {
    throw new UsageError(`--model-options: ${model} is no file whose function could have them`);
  }
  const options: ModelOptions = {
    ...commonOptions(config, size),
    ...(model === 'mlp' ? given(config, ['residual']) : resnetOptions(config)),
    ...(widths === undefined ? {} : { widths: parseWidths(widths) }),
  };
  return buildModel(model, options);
}

/** Options of ResNets, which a file's function may use or not. */
export function resnetOptions({ stem, residual = absent.residual }: NetworkConfig) {
  return { stem, residual };
}

/** What every network is made of, that of a file, too. */
export function commonOptions(config: NetworkConfig, { channels, height, width, frames, classes }: Size) {
  return {
    width: config.width,
    timeSteps: config.timeSteps,
    classes,
    input: { channels, height, width, frames },
    neuron: neuronOf(config),
    norm: parseNorm(config.norm),
    heads: parseHeads(config.heads),
  };
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
    ...(config.ema ? { ema: config.ema } : {}),
    ...(config.patience ? { patience: config.patience } : {}),
    lambda: parseLambda(config.lambda),
    combine: config.combine,
    encode: config.encode,
    seed: config.seed,
  };
  validateTrainingOptions(options, heads);
  return options;
}

function optimizerSpec({ optimizer, momentum, weightDecay, decayOn }: ResolvedConfig): OptimizerSpec {
  const decay = { weightDecay, ...(decayOn === 'all' ? { decayOn } : {}) };
  if (optimizer === 'sgd' || optimizer === 'nesterov') {
    return { kind: 'sgd', momentum, nesterov: optimizer === 'nesterov', ...decay };
  }
  // Kingma & Ba's second beta and epsilon; `momentum` is their first beta.
  return { kind: optimizer, beta1: momentum, beta2: 0.999, eps: 1e-8, ...decay };
}
