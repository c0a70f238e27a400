/** Carries out the runs of an item. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Images } from './images.js';
import type { PlannedRun, Side } from './plan.js';
import { firstStepSeconds, measureWaiting, profileOurs, runOurs, runPeer } from './programs.js';
import type { Run } from './results.js';
import type { Settings } from './settings.js';

/** A run with the side it is for and with whole paths. */
export type ReadyRun = PlannedRun & { side: Side };
type Outcome = Pick<Run, 'measured' | 'firstStepSeconds' | 'waiting' | 'profile'>;

export interface Performer {
  /** Runs one program; rejects with why it gave no figure. */
  run(run: ReadyRun): Promise<Outcome>;
  /** After each run of the plan that was carried out; `done` has the runs so far, this one last. */
  onEnd?(planned: PlannedRun, done: readonly Run[]): void;
  /** Once true, no failure counts and nothing more is run. */
  interrupted(): boolean;
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The peer with the most images/s in the selection; undefined when none could run. */
export function fastestPeer(runs: readonly Run[]): Side | undefined {
  const speed = (run: Run) => run.measured?.imagesPerSecond ?? 0;
  const able = runs.filter((run) => run.part === 'select' && run.measured !== undefined);
  return able.toSorted((a, b) => speed(b) - speed(a))[0]?.side;
}

/**
 * All runs of a plan in order. A peer that fails is noted and not tried again in that part of the item.
 * Rejects when our side fails; `runs` has what was done by then.
 */
export async function perform(plan: readonly PlannedRun[], performer: Performer, runs: Run[]): Promise<void> {
  for (const planned of plan) {
    const side = planned.side === 'fastest' ? fastestPeer(runs) : planned.side;
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
      if (side === 'ours' || side === 'before') throw error;
      note({ failed: (error as Error).message });
    }
    performer.onEnd?.(planned, runs);
  }
}

/** The real programs, with an item's weights in a folder below `out` that `clean` removes. */
export function programsIn(
  out: string,
  images: Images,
  { peersAvx2: avx2, before }: Settings,
): Pick<Performer, 'run'> & { clean(): void } {
  const folder = join(out, 'weights');
  const path = (name: string | undefined) => (name === undefined ? undefined : join(folder, `${name}.safetensors`));
  return {
    async run({ program, side, work: planned, own: ownPlanned }) {
      const work = { ...planned, data: images.file, weights: path(planned.weights) };
      const { saveInitial, saveTrained } = ownPlanned;
      const own = { ...ownPlanned, saveInitial: path(saveInitial), saveTrained: path(saveTrained) };
      mkdirSync(folder, { recursive: true });
      if (program === 'waiting') return { waiting: await measureWaiting(work, images.folder) };
      if (side === 'before') return { measured: await runOurs(work, own, before?.clone) };
      if (program === 'start') return { firstStepSeconds: await firstStepSeconds(side, work, own, { avx2 }) };
      if (program === 'profile') return { profile: await profileOurs(work, own) };
      return { measured: side === 'ours' ? await runOurs(work, own) : await runPeer(side, work, { avx2 }) };
    },
    clean: () => rmSync(folder, { recursive: true, force: true }),
  };
}
