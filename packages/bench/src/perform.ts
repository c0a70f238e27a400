/** Carries out the runs of an item. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Images } from './images.js';
import { isLimited, isPeer } from './peers.js';
import type { Fastest, PlannedRun } from './plan.js';
import { firstStepSeconds, measureWaiting, profileOurs, Residents, runSide } from './programs.js';
import type { Run } from './results.js';
import type { Settings } from './settings.js';
import { isOwn, type Own, type Side } from './sides.js';

/** A run with the side it is for and with whole paths. */
export type ReadyRun = PlannedRun & { side: Side };
type Outcome = Pick<Run, 'measured' | 'firstStepSeconds' | 'waiting' | 'profile'>;

export interface Performer {
  /** Runs one program; rejects with why it gave no figure. */
  run(run: ReadyRun): Promise<Outcome>;
  /** After each run of the plan that was carried out; `done` has the runs so far, this one last. */
  onEnd?(planned: PlannedRun, done: readonly Run[]): void;
  /** A peer that will not be measured again need not stay. */
  dismiss?(side: Side): Promise<void>;
  /** Once true, no failure counts and nothing more is run. */
  interrupted(): boolean;
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The peer with the most images/s in the selection, of those that come as they are or are kept to AVX2; undefined when none could run. */
export function fastestPeer(runs: readonly Run[], which: Fastest = 'fastest'): Side | undefined {
  const speed = (run: Run) => run.measured?.imagesPerSecond ?? 0;
  const able = selected(runs).filter(({ side }) => isLimited(side) === (which === 'fastest-avx2'));
  return able.toSorted((a, b) => speed(b) - speed(a))[0]?.side;
}

const selected = (runs: readonly Run[]) =>
  runs.filter(({ part, measured }) => part === 'select' && measured !== undefined);

function resolveSide(side: PlannedRun['side'], runs: readonly Run[]): Side | undefined {
  return side === 'fastest' || side === 'fastest-avx2' ? fastestPeer(runs, side) : side;
}

/** Peers of the selection that are slower than another of their kind. */
function slowerPeers(runs: readonly Run[]): Side[] {
  const fastest = [fastestPeer(runs, 'fastest'), fastestPeer(runs, 'fastest-avx2')];
  return selected(runs).flatMap(({ side }) => (isPeer(side) && !fastest.includes(side) ? [side] : []));
}

/**
 * All runs of a plan in order. A peer that fails is noted and not tried again in that part of the item.
 * Rejects when our side fails; `runs` has what was done by then.
 */
export async function perform(plan: readonly PlannedRun[], performer: Performer, runs: Run[]): Promise<void> {
  for (const planned of plan) {
    const side = resolveSide(planned.side, runs);
    const hopeless = runs.some((run) => run.side === side && run.part === planned.part && run.failed !== undefined);
    if (side === undefined || hopeless) continue;
    if (performer.interrupted()) throw new Interrupted('interrupted');
    const { part, round, at } = planned;
    const ready: ReadyRun = { ...planned, side };
    const begin = performance.now();
    const note = (outcome: Partial<Run>) => {
      runs.push({ part, side, round, at, wallSeconds: (performance.now() - begin) / 1000, ...outcome });
    };
    try {
      note(await performer.run(ready));
    } catch (error) {
      if (performer.interrupted()) throw new Interrupted('interrupted', { cause: error });
      // Ours, as it is or was, has to run; a peer may be missing.
      if (isOwn(side) || side === 'before') throw error;
      note({ failed: (error as Error).message });
    }
    if (part === 'select') for (const slower of slowerPeers(runs)) await performer.dismiss?.(slower);
    performer.onEnd?.(planned, runs);
  }
}

/** The real programs, with an item's weights in a folder below `out` that `clean` removes. */
export function programsIn(
  out: string,
  images: Images,
  { before, backends }: Settings,
): Pick<Performer, 'run' | 'dismiss'> & { clean(): Promise<void> } {
  const folder = join(out, 'weights');
  const path = (name: string | undefined) => (name === undefined ? undefined : join(folder, `${name}.safetensors`));
  const residents = new Residents();
  const clone = before === null ? undefined : { clone: before.clone, as: backends[0] as Own };
  return {
    async run({ program, side, at, work: planned, own: ownPlanned }) {
      const work = { ...planned, data: images.file, weights: path(planned.weights) };
      const { saveInitial, saveTrained } = ownPlanned;
      const own = { ...ownPlanned, saveInitial: path(saveInitial), saveTrained: path(saveTrained) };
      mkdirSync(folder, { recursive: true });
      const task = { side, work, own, before: clone };
      if (program === 'start') return { firstStepSeconds: await firstStepSeconds(task) };
      if (program === 'turn') return { measured: await residents.turn(residentKey(side, at), task) };
      if (program === 'steps') return { measured: await runSide(task) };
      if (!isOwn(side)) throw new Error(`${side} has no such program`);
      if (program === 'waiting') return { waiting: await measureWaiting(side, work, images.folder) };
      return { profile: await profileOurs(side, work, own) };
    },
    dismiss: (side) => residents.end([residentKey(side, null)]),
    async clean() {
      await residents.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One process for each side, and for each size of a series. */
const residentKey = (side: Side, at: number | null) => `${side} ${at}`;
