/** Lines that tell how far a benchmark is, and how long it may still take. */
import { type PlannedRun, workload } from './plan.js';
import type { Run } from './results.js';
import { isOwn, sideTitle } from './sides.js';

type SideKind = 'ours' | 'peer';

/** To start Node with the kernels, or Python with its libraries; a guess that only matters for short runs. */
const startSeconds: Record<SideKind, number> = { ours: 0.5, peer: 4 };
/** Before anything of the other kind was measured. */
const peersSlower = 2;

const kindOf = (side: PlannedRun['side']): SideKind => (isOwn(side) || side === 'before' ? 'ours' : 'peer');

/** Extrapolates from the runs done, by their workload, for each side by itself. */
export class Estimate {
  readonly #left: { kind: SideKind; load: number }[];
  readonly #done: Record<SideKind, { load: number; seconds: number }> = {
    ours: { load: 0, seconds: 0 },
    peer: { load: 0, seconds: 0 },
  };

  constructor(plans: readonly (readonly PlannedRun[])[]) {
    this.#left = plans.flat().map(({ side, work }) => ({ kind: kindOf(side), load: workload(work) }));
  }

  /** The next planned run ended after so many seconds, or was left out (null). */
  advance(seconds: number | null): void {
    const run = this.#left.shift();
    if (run === undefined || seconds === null) return;
    const done = this.#done[run.kind];
    done.load += run.load;
    done.seconds += Math.max(0, seconds - startSeconds[run.kind]);
  }

  /** Seconds; null before there is anything to extrapolate from. */
  remaining(): number | null {
    const rate = (kind: SideKind) => this.#done[kind].seconds / this.#done[kind].load;
    const [ours, peer] = [rate('ours'), rate('peer')];
    if (Number.isNaN(ours) && Number.isNaN(peer)) return null;
    const rates: Record<SideKind, number> = {
      ours: Number.isNaN(ours) ? peer / peersSlower : ours,
      peer: Number.isNaN(peer) ? ours * peersSlower : peer,
    };
    return this.#left.reduce((sum, { kind, load }) => sum + startSeconds[kind] + load * rates[kind], 0);
  }
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const partNames: Record<PlannedRun['part'], string> = {
  prepare: 'preparing',
  learn: 'learning',
  select: 'choosing the peer',
  memory: 'memory',
  measure: 'measuring',
};

/** 'measuring 2/5, T 4: Kestirme 231.4 images/s, PyTorch 101.2, ratio 2.29' about the last of `runs`. */
export function describeRun(runs: readonly Run[], rounds: number): string {
  const run = runs.at(-1);
  if (run === undefined) return '';
  const repeated = run.part === 'measure' || run.part === 'memory';
  const round = repeated ? ` ${run.round + 1}/${rounds}` : '';
  const at = run.at === null ? '' : ` (${run.at})`;
  return `${partNames[run.part]}${round}${at}: ${nameOf(run)} ${outcome(run)}${comparison(runs, run)}`;
}

function nameOf({ side }: Run): string {
  return sideTitle(side);
}

function outcome({ part, measured, firstStepSeconds, waiting, profile, failed }: Run): string {
  if (failed !== undefined) return `failed: ${failed.split('\n').at(-1)}`;
  if (firstStepSeconds !== undefined) return `${firstStepSeconds.toFixed(2)} s to the first step`;
  if (waiting !== undefined) return `waited ${(waiting.share * 100).toFixed(2)} % of the time`;
  if (profile !== undefined) return `${profile.stepMilliseconds.toFixed(1)} ms a step`;
  if (measured === undefined) return '';
  if (part === 'memory') return `${(measured.peakMemoryBytes / 1e6).toFixed(0)} MB`;
  const speed = `${measured.imagesPerSecond.toFixed(1)} images/s`;
  if (part !== 'learn' && part !== 'prepare') return speed;
  return `${speed}, loss ${measured.losses[0]?.toFixed(4)} to ${measured.losses.at(-1)?.toFixed(4)}`;
}

/** Its ratios to those of ours, or of ours to the others, as far as the round has them. */
function comparison(runs: readonly Run[], last: Run): string {
  if (last.part !== 'measure' || last.at !== null || last.measured === undefined) return '';
  const { imagesPerSecond: speed } = last.measured;
  const round = runs.filter((run) => run.part === 'measure' && run.round === last.round && run !== last);
  return round
    .flatMap((run) => {
      if (run.measured === undefined) return [];
      const ratio = isOwn(last.side) ? speed / run.measured.imagesPerSecond : run.measured.imagesPerSecond / speed;
      const name = isOwn(last.side) ? `over ${nameOf(run)}` : `${nameOf(run)} over it`;
      return isOwn(last.side) || isOwn(run.side) ? [`; ${name} ${ratio.toFixed(2)}`] : [];
    })
    .join('');
}
