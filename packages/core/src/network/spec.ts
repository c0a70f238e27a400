/**
 * A network as plain data: what the builders make, what crosses to the engine worker, what a checkpoint stores.
 * Layers stand in topological order; each names the layer whose output it reads ('input' is the image).
 */
import type { LifOptions, NeuronOptions } from '../neurons/index.js';
import type { NormOptions, NormSettings } from '../norms/index.js';
import type { Surrogate } from '../surrogates/index.js';

export type { LifOptions, NeuronOptions, NormOptions, NormSettings, Surrogate };

/** Some of a neuron's options. */
export type NeuronSettings = NeuronOptions extends infer Options
  ? Options extends unknown
    ? Partial<Options>
    : never
  : never;

export interface InputShape {
  channels: number;
  height: number;
  width: number;
  /** T frames for each answer, one for each time step (a time series has frames of 1 x 1 pixel); absent: one image for all. */
  frames?: true;
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

/**
 * Fully connected. Reads a whole map, as PyTorch's nn.Linear behind nn.Flatten: feature c * pixels + p is channel c of
 * pixel p, counted line by line.
 */
export interface LinearSpec {
  type: 'linear';
  name: string;
  input: string;
  /** Channels times pixels of what it reads. */
  inFeatures: number;
  outFeatures: number;
  bias: boolean;
}

/** A layer whose weights make a membrane current. */
export type WeightSpec = Conv2dSpec | LinearSpec;

/** A normalisation; one over all time steps together where there is no `kind`. */
export type BatchNormSpec = {
  type: 'batchNorm';
  name: string;
  input: string;
  channels: number;
  /** Where its weight starts; 1 where this is missing. */
  weight?: number;
} & NormOptions;

/** Sum of two membrane currents (a spike counts as a current of 1). */
export interface AddSpec {
  type: 'add';
  name: string;
  inputs: [string, string];
}

/**
 * Spikes and spikes, element by element (Fang et al. 2021). Of the branch x and the identity y: 'add' is x + y, 'and' x y,
 * 'iand' (1 - x) y.
 */
export interface SewSpec {
  type: 'sew';
  name: string;
  inputs: [branch: string, identity: string];
  operation: 'add' | 'and' | 'iand';
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

export type LayerSpec = WeightSpec | BatchNormSpec | AddSpec | SewSpec | LifSpec | PoolSpec;

/** Global average pool over time and space, then a fully connected layer to the classes. */
export interface HeadSpec {
  /** 'main' or the name of its tap. */
  name: string;
  /** The LIF or sew layer whose spikes it reads. */
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
  /** Named places that heads may read, in network order: tap name to the name of a LIF or sew layer. */
  taps: Record<string, string>;
}
