import type { Buffer } from './planner.js';

/** A part of a value: bits that count as much as their weight, or floats as they are. */
export interface Plane {
  /** Given by the layer that writes it, when it is planned. */
  data: Buffer;
  /** At present: it may be learned. */
  weight(): number;
  /** The weight, where it is one for ever; null: it is learned. */
  readonly fixed: number | null;
}

/** A plane that nobody has planned yet. */
export function fixedPlane(fixed: number): Plane {
  return { data: undefined as unknown as Buffer, weight: () => fixed, fixed };
}

export function plainPlane(): Plane {
  return fixedPlane(1);
}

/** A tensor between layers, [steps, B, H, W, C] with C padded: the sum of its planes. */
export interface Value {
  readonly name: string;
  /** Spikes are planes of bits, as many as there are; a current is one plane of floats. */
  readonly kind: 'spikes' | 'current';
  /** T, or 1 when it is the same at every time step. */
  readonly steps: number;
  readonly height: number;
  readonly width: number;
  /** As the network has them, and in memory. */
  readonly trueChannels: number;
  readonly channels: number;
  readonly planes: readonly Plane[];
  /** Of a sum whose planes are the digits of binary numbers: the largest that there may be, above and below zero. */
  readonly counts?: Readonly<Record<'up' | 'down', number>>;
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

/** The data of a value of one plane. */
export function dataOf(value: Value): Buffer {
  const [plane] = value.planes;
  if (plane === undefined || value.planes.length > 1)
    throw new Error(`${value.name} has ${value.planes.length} planes`);
  return plane.data;
}

/** Whether the value is spikes of one bit that counts 1. */
export function isBinary({ kind, planes }: Pick<Value, 'kind' | 'planes'>): boolean {
  return kind === 'spikes' && planes.length === 1 && planes[0]?.fixed === 1;
}

type Sizes = Pick<Value, 'kind' | 'steps' | 'height' | 'width' | 'channels'>;

/** Bytes of one plane for a batch. */
export function planeBytes(v: Sizes, batch: number): number {
  const pixels = v.steps * batch * v.height * v.width;
  return 4 * pixels * (v.kind === 'spikes' ? spikeWords(v.channels) : v.channels);
}

/** Bytes of all planes for a batch. */
export function dataBytes(v: Sizes & Pick<Value, 'planes'>, batch: number): number {
  return v.planes.length * planeBytes(v, batch);
}

/** Bytes of the value's gradient for a batch. */
export function gradientBytes(v: Value, batch: number): number {
  return 4 * v.steps * batch * v.height * v.width * v.channels;
}
