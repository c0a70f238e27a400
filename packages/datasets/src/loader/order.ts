/** Which training samples an epoch has, and in what order: by the seed and the epoch only. */
import { plain, purpose, RandomStream } from 'kestirme';

/**
 * 'shuffle': each sample once. 'balanced': as many draws as there are samples, with replacement, each class as likely as
 * any other. Numbers: draws with replacement, each sample as likely as its own number, [size], is large.
 */
export type Sampling = 'shuffle' | 'balanced' | ArrayLike<number>;

/** @throws TypeError or RangeError naming what is wrong */
export function requireSampling(sampling: Sampling, size: number): void {
  if (sampling === 'shuffle' || sampling === 'balanced') return;
  if (typeof sampling !== 'object' || sampling === null || sampling.length !== size) {
    throw new TypeError(
      `\`sampling\` must be 'shuffle', 'balanced' or ${size} numbers, one for each training sample, got ` +
        plain.kindOf(sampling),
    );
  }
  const odd = Array.from(sampling).findIndex((weight) => !Number.isFinite(weight) || weight < 0);
  if (odd >= 0) throw new RangeError(`\`sampling[${odd}]\` must be a number from 0 up, got ${sampling[odd]}`);
  if (sumOf(sampling) <= 0) throw new RangeError('`sampling` must have a number above 0');
}

/** Positions, [size]. */
export function orderOf(
  sampling: Sampling,
  { labels, size }: { labels: Int32Array; size: number },
  { seed, epoch, classes }: { seed: number; epoch: number; classes: number },
): Uint32Array {
  const random = new RandomStream(seed, purpose.order, epoch);
  if (sampling === 'shuffle') return random.permutation(size);
  return drawn(sampling === 'balanced' ? balancedWeights(labels, classes) : sampling, random);
}

function balancedWeights(labels: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return Float64Array.from(labels, (label) => 1 / (counts[label] as number));
}

/** As many positions as there are weights, by the inverse of the cumulative sum. */
function drawn(weights: ArrayLike<number>, random: RandomStream): Uint32Array {
  let sum = 0;
  const upTo = Float64Array.from(weights, (weight) => {
    sum += weight;
    return sum;
  });
  return Uint32Array.from(upTo, () => firstAbove(upTo, random.unit() * sum));
}

/** The first place whose number is above `value`. */
function firstAbove(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sumOf(numbers: ArrayLike<number>): number {
  return Array.from(numbers).reduce((sum, one) => sum + one, 0);
}
