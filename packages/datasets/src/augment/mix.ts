import type { Fields, Kind, OptionsOf, Pixels, RandomStream } from 'kestirme';
import { exponential, logarithm } from './pixels/exactMath.js';

/** Samples of a batch, one behind the other. */
export interface MixedBatch {
  pixels: Pixels;
  size: number;
  /** Of each sample. */
  frames: number;
  height: number;
  width: number;
  channels: number;
}

/** A change of a whole batch, in which each sample takes a share of the one before it, the first of the last. */
export interface MixKind<Name extends string = string, F extends Fields = Fields> extends Kind<Name, F> {
  /**
   * Changes the pixels and gives the share of the other sample, 0 to 1, which is also that of its label. Draws from `random`,
   * which depends on the seed, the epoch and the batch's number only.
   */
  mix(batch: MixedBatch, options: OptionsOf<F>, random: RandomStream): number;
}

export function mixStep<const Name extends string, const F extends Fields>(kind: MixKind<Name, F>): MixKind<Name, F> {
  return kind;
}

/** Hands each sample and the one before it, as that was, to `change`, which changes the first. */
export function withOneBefore(
  { pixels, size, frames, height, width, channels }: MixedBatch,
  change: (own: Pixels, other: Pixels) => void,
): void {
  const length = frames * height * width * channels;
  const last = pixels.slice((size - 1) * length, size * length);
  for (let i = size - 1; i >= 0; i--) {
    const other = i === 0 ? last : pixels.subarray((i - 1) * length, i * length);
    change(pixels.subarray(i * length, (i + 1) * length), other);
  }
}

/** Drawn from the beta distribution of (alpha, alpha), by Jöhnk's method: quick for an alpha of a few at most. */
export function drawBeta(alpha: number, random: Pick<RandomStream, 'unit'>): number {
  if (alpha === 1) return random.unit();
  const root = () => exponential(logarithm(1 - random.unit()) / alpha);
  for (;;) {
    const [x, y] = [root(), root()];
    if (x + y <= 1) return x / (x + y);
  }
}
