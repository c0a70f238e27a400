import type { Method, ResidualName } from 'kestirme';
import type { CONFIG_SCHEMA } from './schema.js';

/**
 * config.json: every option of a run with its final value, in the form in which `--config` takes it back.
 * Composite values are the text that the command line has, e.g. surrogate 'rectangle:1', schedule 'step:30:0.1'.
 */
export interface ResolvedConfig {
  schema: typeof CONFIG_SCHEMA;
  /** Version of the program that wrote it. */
  version: string;

  /** The recipe that gave the options which nobody else did. */
  recipe?: string;
  /** 'builtin', 'cifar10:DIR', or another data set with what stands behind its name. */
  data: string;
  /** Options of the data set, 'KEY=VALUE,...'; as usual where it is missing. */
  dataOptions?: string;
  /** Leaves out what cannot be read. */
  skipCorrupt?: boolean;
  /** Training and test images used, 'TRAIN,TEST', or 'all'. */
  limit: string;
  /**
   * Training images, the last ones, that serve as test images in place of the data set's own; 0: none. Or 'SHARE[:SEED]' of
   * the training images, which judge epochs.
   */
  validation: number | string;
  /** 'none', 'standard', 'autoaugment', or steps, 'STEP:OPTION=VALUE,...+STEP'. */
  augment: string;
  /** Which training images an epoch has; 'shuffle', each once, where it is missing. */
  sampling?: 'shuffle' | 'balanced';
  loaderWorkers: number;

  /** A model's name, or the whole path of a file whose function built the network. */
  model: string;
  /** Of the network that a file built, without its heads. */
  networkSha256?: string;
  /** Neurons of the hidden layers of mlp, 'N,N'; its usual ones where it is missing. */
  widths?: string;
  /** Handed to the function of a model file, 'KEY=VALUE,...'. */
  modelOptions?: string;
  /** Factor on the number of channels. */
  width: number;
  stem: 'cifar' | 'strided' | 'imagenet';
  /** Kind of residual connections; 'standard' where it is missing. */
  residual?: ResidualName;
  timeSteps: number;
  /** 'none', 'stages', 'blocks', 'all', or tap names joined by commas. */
  heads: string;
  neuron: string;
  decay: number;
  threshold: number;
  reset: 'hard' | 'soft';
  detachReset: boolean;
  decayInput: boolean;
  surrogate: string;
  norm: string;

  method: Method;
  /** 'preset,ramp,per,start', e.g. 'evo-rise,linear,epoch,0.25'. */
  lambda: string;
  combine: 'logits' | 'losses';
  encode: 'direct' | 'rate';

  epochs: number;
  batch: number;
  microBatch: number;
  optimizer: 'sgd' | 'nesterov' | 'adam' | 'adamw';
  lr: number;
  momentum: number;
  weightDecay: number;
  /** Which parameters decay; 'weights' where it is missing. */
  decayOn?: 'weights' | 'all';
  schedule: string;
  warmup: number;
  loss: string;
  labelSmoothing: number;
  /** On top of the loss; none where it is missing. */
  penalty?: string;
  /** Largest L2 norm of the whole gradient; 0: no clipping. */
  clip: number;
  /** Epochs without a better one that end the run; 0, never, where it is missing. */
  patience?: number;
  /** Decay of the moving average of the weights; 0, none, where it is missing. */
  ema?: number;
  seed: number;
  /** The whole path of the run folder or file whose weights it began with, as far as they fit. */
  initFrom?: string;
  /** Of those weights. */
  initSha256?: string;
  /** Epochs that the run was to have before it was given more, in order: schedules are those of so many epochs until then. */
  epochsBefore?: number[];

  threads: number;
  /** Bytes that the memory plan may use; without it, as many as the kernels can address. */
  memoryLimit?: number;
  /** Between checkpoints: 'Nepochs', 'Nmin', 'Nsteps', or several of these joined by commas. */
  checkpointEvery: string;
}
