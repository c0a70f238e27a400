/**
 * A network as plain data: what the builders make, what crosses to the engine worker, what a checkpoint stores.
 * Layers stand in topological order; each names the layer whose output it reads ('input' is the image).
 */
import type { Surrogate } from '../surrogates/index.js';

export type { Surrogate };

/** Leaky integrate-and-fire options. Charge u = decay * m + x (or (1 - decay) * x with decayInput), fire u > threshold, reset. */
export interface NeuronOptions {
  /** Membrane decay per step (tau of Guo et al.), in [0, 1]. */
  decay: number;
  /** Fires where the membrane is strictly above it. */
  threshold: number;
  /** 'hard': membrane becomes 0 after a spike. 'soft': the threshold is subtracted. */
  reset: 'hard' | 'soft';
  /** Cuts the gradient through the reset. */
  detachReset: boolean;
  /** Scales the input by (1 - decay), as SpikingJelly's default does. */
  decayInput: boolean;
  /** Derivative used for the step function. */
  surrogate: Surrogate;
}

export interface InputShape {
  channels: number;
  height: number;
  width: number;
}

export interface Conv2dSpec {
  type: 'conv2d';
  name: string;
  input: string;
  inChannels: number;
  outChannels: number;
  kernel: number;
  stride: number;
  padding: number;
  bias: boolean;
}

export interface BatchNormSpec {
  type: 'batchNorm';
  name: string;
  input: string;
  channels: number;
  eps: number;
  momentum: number;
}

/** Sum of two membrane currents (a spike counts as a current of 1); only a LIF may read it. */
export interface AddSpec {
  type: 'add';
  name: string;
  inputs: [string, string];
}

export interface LifSpec {
  type: 'lif';
  name: string;
  input: string;
  neuron: NeuronOptions;
}

export interface PoolSpec {
  type: 'avgPool' | 'maxPool';
  name: string;
  input: string;
  kernel: number;
  stride: number;
  padding: number;
}

export type LayerSpec = Conv2dSpec | BatchNormSpec | AddSpec | LifSpec | PoolSpec;

/** Global average pool over time and space, then a fully connected layer to the classes. */
export interface HeadSpec {
  /** 'main' or the name of its tap. */
  name: string;
  /** The LIF layer whose spikes it reads. */
  tap: string;
}

export interface NetworkSpec {
  name: string;
  input: InputShape;
  timeSteps: number;
  classes: number;
  layers: LayerSpec[];
  /** Main head first; the others are shortcut heads, in network order. */
  heads: HeadSpec[];
  /** Named places that heads may read, in network order: tap name to LIF layer name. */
  taps: Record<string, string>;
}
