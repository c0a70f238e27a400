import type { LambdaSpec } from '../lambda/spec.js';
import type { LossSpec } from '../losses/index.js';
import type { PenaltySpec } from '../penalties/index.js';

/** Everything that decides a training run besides the network and the data. Fully resolved: what may be absent is not there. */
export interface TrainingOptions {
  epochs: number;
  batchSize: number;
  /**
   * Images that pass through the network at once; gradients of a batch accumulate over its micro-batches. Normalisations
   * take their statistics from one micro-batch, so that smaller ones are another training, as in PyTorch.
   */
  microBatch: number;
  optimizer: OptimizerSpec;
  /** Peak learning rate. */
  lr: number;
  schedule: ScheduleSpec;
  /**
   * Ends the run when so many epochs in a row were no better than the best before them: see `betterOf`. Absent: never. Meant
   * for data with validation, since what the test images have chosen cannot be judged by them.
   */
  patience?: number;
  /** Learning rate rises linearly to `lr` over this many epochs first. */
  warmupEpochs: number;
  /** How far logits are from the answers; how the heads meet in it is `combine`. */
  loss: LossSpec;
  /** Share of each target that is spread over all classes, whatever the loss. */
  labelSmoothing: number;
  /** On top of the loss of a training step, of each micro-batch by itself; absent: nothing. An evaluation's loss is without it. */
  penalty?: PenaltySpec;
  /** Largest L2 norm of the whole gradient; 0 turns clipping off. */
  clipNorm: number;
  /**
   * Decay of a moving average of the weights, in (0, 1), which is evaluated in their place (EMA, see `optim/average.ts`);
   * absent: there is none.
   */
  ema?: number;
  lambda: LambdaSpec;
  /** 'logits': one loss on the weighted sum of the heads' logits. 'losses': the weighted sum of a loss per head. */
  combine: 'logits' | 'losses';
  /** 'direct' repeats the image at each step; 'rate' draws a spike per pixel and step with the pixel's value as probability. */
  encode: 'direct' | 'rate';
  seed: number;
}

interface WeightDecay {
  weightDecay: number;
  /**
   * 'all': biases, normalisations and what neurons learn decay, too, as all parameters in one group do in PyTorch. Absent:
   * the weights of convolutions and fully connected layers alone.
   */
  decayOn?: 'all';
}

export type OptimizerSpec = WeightDecay &
  (
    | { kind: 'sgd'; momentum: number; nesterov: boolean }
    | { kind: 'adam' | 'adamw'; beta1: number; beta2: number; eps: number }
  );

/** `every` in epochs; `times`: each period of the cosine is so many times as long as the one before. See `learningRate`. */
export type ScheduleSpec =
  | { kind: 'constant' }
  | { kind: 'cosine' }
  | { kind: 'cosine-restarts'; every: number; times: number }
  | { kind: 'step'; every: number; factor: number };
