import type { Buffer } from './planner.js';

/** A tensor between layers, [steps, B, H, W, C] with C padded; spikes are bits. */
export interface Value {
  readonly name: string;
  readonly kind: 'spikes' | 'current';
  /** T, or 1 when it is the same at every time step. */
  readonly steps: number;
  readonly height: number;
  readonly width: number;
  /** As the network has them, and in memory. */
  readonly trueChannels: number;
  readonly channels: number;
  readonly data: Buffer;
  /** Bits of the neurons whose surrogate is not zero: elsewhere the gradient is not needed. Null: everywhere needed. */
  readonly active: Buffer | null;
  /** dL/dvalue; null: nobody asks for it, or the value feeds heads only. */
  gradient: Buffer | null;
  /** Whether something below has parameters, so that a gradient is wanted. */
  readonly wantsGradient: boolean;
  /** [B, C] buffer of the gradient that comes from heads; null: no head reads this value. */
  inject: Buffer | null;
  /** The same of a loss of each step: [T, B, C]. The trunk adds it to `gradient` before the value's layer takes that down. */
  injectSteps?: Buffer;
}

/** Channels are stored in fours; the image is not, its kernels take any number. */
export function padChannels(channels: number): number {
  return Math.ceil(channels / 4) * 4;
}

export function spikeWords(channels: number): number {
  return Math.ceil(channels / 32);
}

/** Bytes of the value's data for a batch. */
export function dataBytes(v: Pick<Value, 'kind' | 'steps' | 'height' | 'width' | 'channels'>, batch: number): number {
  const pixels = v.steps * batch * v.height * v.width;
  return 4 * pixels * (v.kind === 'spikes' ? spikeWords(v.channels) : v.channels);
}

/** Bytes of the value's gradient for a batch. */
export function gradientBytes(v: Value, batch: number): number {
  return 4 * v.steps * batch * v.height * v.width * v.channels;
}
