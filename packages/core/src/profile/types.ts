import type { Backend } from '../kernels/kernels.js';
import type { StepPosition } from '../loaded/stepPosition.js';

export interface ProfileOptions {
  /** A training step with the network's optimiser, or an evaluation. Default: training. */
  mode?: 'training' | 'evaluation';
  /** Timed steps, after one that only warms up and counts spikes. Default: 5. */
  steps?: number;
  /** Measure the rates that this machine attains, for the roofline; takes about half a second. Default: true. */
  calibrate?: boolean;
  /** Where in the run the training steps stand. Default: the first step of the first epoch. */
  position?: StepPosition;
}

/** Best rates of this engine on this machine, with its own kernels and threads. */
export interface MachineRates {
  /** 1e9 multiply-accumulates per second of the dense convolution on 64 channels. */
  gigaMacsPerSecond: number;
  /** 1e9 bytes per second, read and written, of adding one large array to another. */
  gigabytesPerSecond: number;
}

/** One kernel in one layer. All amounts are per step; null: not known for this kernel. */
export interface ProfileRow {
  /** 'stage1.block1.conv1', 'head.main'; 'input', 'loss' and 'optimizer' for kernels that belong to no layer. */
  layer: string;
  /** 'conv2d forward', 'neurons backward', ... */
  kernel: string;
  calls: number;
  /** Median over the timed steps. */
  milliseconds: number;
  /** Share of the step's time. */
  share: number;
  /** Multiply-accumulates were every number dense, padding counted. */
  macs: number | null;
  /**
   * Additions or multiply-accumulates that the data asks for: `macs` times the firing rate where spikes come in, times
   * the share of active neurons where only their gradient is needed.
   */
  additions: number | null;
  /** Each input once, each output once. */
  bytesRead: number | null;
  bytesWritten: number | null;
  /** Share of ones among the spikes that the kernel reads. */
  firingRate: number | null;
  /** Share of neurons whose surrogate is not zero, where the kernel computes gradients for those only. */
  activeShare: number | null;
  /** Dense-equivalent. */
  gigaMacsPerSecond: number | null;
  gigaAdditionsPerSecond: number | null;
  gigabytesPerSecond: number | null;
  /**
   * The time that `additions` and bytes would take at the machine's rates (the longer of the two bounds), over the
   * time taken. Above 1 where a kernel is faster than those by which the rates were measured, e.g. by staying in cache.
   */
  roofline: { bound: 'arithmetic' | 'memory'; share: number } | null;
}

/** One kernel over all layers. */
export type KernelTotal = Omit<ProfileRow, 'layer' | 'firingRate' | 'activeShare'>;

export interface Profile {
  mode: 'training' | 'evaluation';
  steps: number;
  /** Images in a step. */
  batch: number;
  threads: number;
  build: 'threads' | 'single';
  backend: Backend;
  /** The instructions that the kernels use. */
  simd: string;
  /** Median over the timed steps. */
  stepMilliseconds: number;
  /** Median of the time outside kernels: copying the images, and JavaScript. */
  otherMilliseconds: number;
  machine: MachineRates | null;
  /** Rows in the order of their first call. */
  rows: ProfileRow[];
}
