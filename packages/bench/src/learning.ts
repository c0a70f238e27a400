/** Whether both sides do the same work: losses from the same weights on the same images. */
import type { ItemResult, Run } from './results.js';
import { isOwn, type Own, type Side } from './sides.js';
import { median } from './statistics.js';
import { isAgainstBefore } from './summary.js';

/**
 * Relative differences that are allowed. Both sides add the same numbers in other orders. A sum of K terms in f32 is off
 * by about sqrt(K) * 2^-24 of its size, 4e-6 for the longest here (K = 9 * 512), so membranes of one side differ from the
 * other's by that much, and a spike differs where a membrane is that close to its threshold: some of 10^5 neurons. One in
 * the last stage moves the mean of its channel by 1 / (T * H * W), below 1/30, and the mean loss of a batch by less than
 * 1e-4. From the second step on such differences meet the weights, where surrogate gradients of order 1 enlarge them:
 * up to 5e-3 was seen over ten steps of small networks. A coarse check, for a wrong rate or a missing head; gradients
 * are held against PyTorch's in the repository's tests.
 */
export const sameWeightsTolerance = 1e-4;
export const trajectoryTolerance = 1e-2;
const comparedSteps = 10;

export interface Learning {
  title: string;
  own: Own;
  peer: Side;
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

/** One for each of ours and each peer that ran beside it; none for items without a comparison. */
export function learningOf({ item, runs }: ItemResult): Learning[] {
  if (item.kind !== 'compare' || isAgainstBefore(runs)) return [];
  const compare = item.network.mode === 'infer' ? sameOutputs : sameSteps;
  const first = firstRuns(runs);
  return first.flatMap(({ side: own, measured: ours }) =>
    first.flatMap(({ side, measured }) =>
      !isOwn(own) || isOwn(side) || !ours || !measured
        ? []
        : [compare(item.title, own, side, ours.losses, measured.losses)],
    ),
  );
}

/** Those of the sides whose losses begin with the same weights and images: the learning part, else the first turns. */
function firstRuns(runs: readonly Run[]): Run[] {
  const learn = runs.filter(({ part }) => part === 'learn');
  if (learn.length > 0) return learn;
  const measured = runs.filter(({ part, round }) => part === 'measure' && round === 0);
  // A turn's losses are all since the start of its process.
  return measured.map((run) => runs.find(({ part, side }) => part === 'select' && side === run.side) ?? run);
}

function relativeDifferences(a: readonly number[], b: readonly number[]): number[] {
  const common = Math.min(a.length, b.length);
  return a.slice(0, common).map((loss, i) => relative(loss, b[i] as number));
}

/** Warm-up lasts for some time, so the sides have not the same number of batches. */
function sameOutputs(title: string, own: Own, peer: Side, ours: number[], theirs: number[]): Learning {
  const differences = relativeDifferences(ours, theirs);
  const first = median(differences);
  const same = { ours: ours.slice(0, differences.length), theirs: theirs.slice(0, differences.length) };
  return { title, own, peer, ...same, first, later: null, agree: first <= sameWeightsTolerance, fell: null, note: '' };
}

function sameSteps(title: string, own: Own, peer: Side, ours: number[], theirs: number[]): Learning {
  const [first = Number.NaN, ...rest] = relativeDifferences(ours, theirs).slice(0, comparedSteps);
  const later = Math.max(0, ...rest);
  // It cuts the gradient through the reset, so only the first loss has to be the same.
  const other = peer.startsWith('snntorch');
  return {
    title,
    own,
    peer,
    ours,
    theirs,
    first,
    later,
    agree: first <= sameWeightsTolerance && (other || later <= trajectoryTolerance),
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
