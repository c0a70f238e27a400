/** Whether both sides do the same work: losses from the same weights on the same images. */
import type { ItemResult, Run } from './results.js';
import { median } from './statistics.js';

/**
 * Relative differences that are allowed. Both sides add the same numbers in other orders. A sum of K terms in f32 is off
 * by about sqrt(K) * 2^-24 of its size, 4e-6 for the longest here (K = 9 * 512), so membranes of one side differ from the
 * other's by that much, and a spike differs where a membrane is that close to its threshold: some of 10^5 neurons. One in
 * the last stage moves the mean of its channel by 1 / (T * H * W), below 1/30, and the mean loss of a batch by less than
 * 1e-4. From the second step on such differences meet the weights, where surrogate gradients of order 1 enlarge them:
 * up to 5e-3 was seen over ten steps of small networks; another learning rule differs by tens of percent.
 */
export const sameWeightsTolerance = 1e-4;
export const trajectoryTolerance = 1e-2;
const comparedSteps = 10;

export interface Learning {
  title: string;
  peer: string;
  ours: number[];
  theirs: number[];
  /** Relative difference of the first losses; inference: the median over all batches. */
  first: number;
  /** Largest relative difference of the first ten; null for inference, whose weights do not move. */
  later: number | null;
  agree: boolean;
  /** Whether the mean of the last quarter is below that of the first; null for inference. */
  fell: { ours: boolean; peer: boolean } | null;
  note: string;
}

/** Null for items without a comparison, or before both sides have run. */
export function learningOf({ item, runs }: ItemResult): Learning | null {
  if (item.kind !== 'compare') return null;
  const infers = item.network.mode === 'infer';
  const part: Run['part'] = infers ? 'measure' : 'learn';
  const of = (mine: boolean) =>
    runs.find(
      (run) => run.part === part && (run.side === 'ours') === mine && run.side !== 'ONNX Runtime' && run.measured,
    );
  const [own, peer] = [of(true), of(false)];
  if (!own?.measured || !peer?.measured) return null;
  const [ours, theirs] = [own.measured.losses, peer.measured.losses];
  const differences = ours.slice(0, theirs.length).map((loss, i) => relative(loss, theirs[i] as number));
  const common = { title: item.title, peer: peer.side, ours, theirs };
  if (infers) {
    const first = median(differences);
    return { ...common, first, later: null, agree: first <= sameWeightsTolerance, fell: null, note: '' };
  }
  const [first, ...later] = differences.slice(0, comparedSteps) as [number, ...number[]];
  const largest = Math.max(0, ...later);
  // It cuts the gradient through the reset, so only the first loss has to be the same.
  const other = peer.side === 'snnTorch';
  return {
    ...common,
    first,
    later: largest,
    agree: first <= sameWeightsTolerance && (other || largest <= trajectoryTolerance),
    fell: { ours: fell(ours), peer: fell(theirs) },
    note: other ? 'snnTorch cuts the gradient through the reset: later losses need not agree' : '',
  };
}

function relative(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(Math.abs(b), 1e-12);
}

function fell(losses: readonly number[]): boolean {
  const quarter = Math.max(1, Math.floor(losses.length / 4));
  const mean = (some: readonly number[]) => some.reduce((sum, loss) => sum + loss, 0) / some.length;
  return mean(losses.slice(-quarter)) < mean(losses.slice(0, quarter));
}
