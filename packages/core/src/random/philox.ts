/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3" (SC 2011). A draw is a pure function of (seed, purpose, place in the run), so neither the number of
 * workers nor a resumed run can change it. Integers only: the same bits in every engine.
 */

/** The purpose of a stream; its number is the second word of the key. Numbers are part of the checkpoint format: never reuse one. */
export const purpose = {
  /** Order of the training images in an epoch. */
  order: 1,
  /** Changes of one image in one epoch. */
  augment: 2,
  /** Initial parameters. */
  init: 3,
  /** Spikes of rate coding. */
  rate: 4,
  /** Choice of a subset of a data set. */
  subset: 5,
  /** Membranes before the first time step. */
  membrane: 6,
  /** Mixtures of the images of one batch in one epoch. */
  mix: 7,
} as const;

export type Purpose = (typeof purpose)[keyof typeof purpose];

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const rounds = 10;
const twoTo32 = 0x1_0000_0000;

/** High word of the exact 64-bit product of two unsigned 32-bit words; no partial sum reaches 2^32. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const first = aHigh * bLow + ((aLow * bLow) >>> 16);
  const second = aLow * bHigh + (first & 0xffff);
  return aHigh * bHigh + (first >>> 16) + (second >>> 16);
}

/** One block: 4 counter words and 2 key words (unsigned 32-bit) to 4 words, written to `out`. */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
): void {
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multiplier0, c0);
    const low0 = Math.imul(multiplier0, c0);
    const high1 = multiplyHigh(multiplier1, c2);
    const low1 = Math.imul(multiplier1, c2);
    c0 = (high1 ^ c1 ^ key0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ key1) >>> 0;
    c3 = low0 >>> 0;
    key0 = (key0 + weyl0) >>> 0;
    key1 = (key1 + weyl1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

function requireWord(value: number, name: string): void {
  if (!Number.isInteger(value) || value < 0 || value >= twoTo32) {
    throw new RangeError(`${name} must be an integer from 0 to 4294967295, got ${value}`);
  }
}

/**
 * The stream of one purpose at one place. Key = (seed, purpose); counter = (block, place[0], place[1], place[2]),
 * where place is for example (epoch, sample). Words of a block are handed out in order 0 to 3.
 */
export class RandomStream {
  readonly #block = new Uint32Array(4);
  readonly #seed: number;
  readonly #purpose: number;
  readonly #place: readonly [number, number, number];
  #blocks = 0;
  #used = 4;

  constructor(seed: number, use: Purpose, place0 = 0, place1 = 0, place2 = 0) {
    requireWord(seed, 'seed');
    requireWord(place0, 'random stream place 0');
    requireWord(place1, 'random stream place 1');
    requireWord(place2, 'random stream place 2');
    this.#seed = seed;
    this.#purpose = use;
    this.#place = [place0, place1, place2];
  }

  /** Uniform in [0, 2^32). */
  uint32(): number {
    if (this.#used === 4) {
      if (this.#blocks === twoTo32) {
        throw new RangeError('random stream is used up (2^34 words); give it another place');
      }
      const [place0, place1, place2] = this.#place;
      philox4x32(this.#blocks, place0, place1, place2, this.#seed, this.#purpose, this.#block);
      this.#blocks++;
      this.#used = 0;
    }
    return this.#block[this.#used++] as number;
  }

  /** Uniform integer in [0, n), n from 1 to 2^32, without bias: words at or above the largest multiple of n are drawn again. */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > twoTo32) {
      throw new RangeError(`below(n) needs an integer n from 1 to 4294967296, got ${n}`);
    }
    const limit = twoTo32 - (twoTo32 % n);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % n;
  }

  /** Uniform in [0, 1), a multiple of 2^-24: exact in 32-bit floats. */
  unit(): number {
    return (this.uint32() >>> 8) / 0x100_0000;
  }

  /** Uniform permutation of 0 .. n-1 (Fisher-Yates, from the end). */
  permutation(n: number): Uint32Array {
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = order[i] as number;
      order[i] = order[j] as number;
      order[j] = kept;
    }
    return order;
  }
}
