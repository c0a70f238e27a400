/** Mean and deviation of images, for networks to normalise them by. */
import type { Pixels } from 'kestirme';

export interface Moments {
  /** Per channel, in units of 0-1 pixel values. */
  mean: number[];
  std: number[];
}

/**
 * Of bytes that come in pieces. How often each byte occurs is counted, so that all is exact up to the last division: by any
 * pieces, in any order, the same. A channel that is the same everywhere has no deviation to divide by: its is 1.
 */
export class MomentsOfBytes {
  /** By channel: of each byte. */
  readonly #counts: Float64Array[];

  constructor(channels: number) {
    this.#counts = Array.from({ length: channels }, () => new Float64Array(256));
  }

  /** `images`: [..., channels]. */
  add(images: Uint8Array): void {
    const channels = this.#counts.length;
    for (const [channel, counts] of this.#counts.entries()) {
      for (let i = channel; i < images.length; i += channels) {
        const byte = images[i] as number;
        counts[byte] = (counts[byte] as number) + 1;
      }
    }
  }

  /** Of all images so far, one at least. */
  finish(): Moments {
    const found = this.#counts.map(momentsOfChannel);
    return { mean: found.map(({ mean }) => mean), std: found.map(({ std }) => std) };
  }
}

/** The sums are of whole numbers, exact up to 10^11 bytes. */
function momentsOfChannel(counts: Float64Array): { mean: number; std: number } {
  let [count, sum, squares] = [0, 0, 0];
  for (const [byte, times] of counts.entries()) {
    count += times;
    sum += times * byte;
    squares += times * byte * byte;
  }
  const isConstant = counts.includes(count);
  const variance = (squares - (sum * sum) / count) / count;
  return { mean: sum / count / 255, std: !isConstant && variance > 0 ? Math.sqrt(variance) / 255 : 1 };
}

/** Of images that are in memory; floats are taken as they are. `images`: [..., channels]. */
export function momentsOf(images: Pixels, channels: number): Moments {
  if (images instanceof Float32Array) return asTheyAre(channels);
  const moments = new MomentsOfBytes(channels);
  moments.add(images);
  return moments.finish();
}

/** Of what nothing is done to. */
export function asTheyAre(channels: number): Moments {
  return { mean: new Array<number>(channels).fill(0), std: new Array<number>(channels).fill(1) };
}
