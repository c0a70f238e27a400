import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkComparison } from '../config/comparisonFile.js';
import { isComparison } from '../config/migrate.js';
import { Failure, isAbsence, messageOf } from '../errors.js';
import { CONFIG_FILE } from './fileNames.js';
import { RunFolder } from './folder.js';
import type { RunSoFar } from './record.js';

/** The runs that `dir` holds, finished or not: one of its own, or those of a comparison. Runs without an epoch are left out. */
export async function readRuns(dir: string): Promise<RunSoFar[]> {
  await requireFolder(dir);
  const own = new RunFolder(dir);
  const { config } = await own.readConfig();
  const runs = (isComparison(config) ? await runsIn(dir) : [await own.readSoFar()]).filter(hasEpoch);
  if (runs.length === 0) {
    throw new Failure(`${dir} has no finished epoch yet: there is something to draw when the first epoch is over`);
  }
  if (!isComparison(config)) return runs;
  const { models, timeSteps, methods } = checkComparison(config, own.path(CONFIG_FILE));
  const networks: readonly string[] = models;
  const place = ({ config: { model, timeSteps: steps, method, seed } }: RunSoFar) => [
    networks.indexOf(model),
    timeSteps.indexOf(steps),
    methods.indexOf(method),
    seed,
  ];
  return inOrder(runs, place);
}

async function runsIn(dir: string): Promise<RunSoFar[]> {
  const runs: RunSoFar[] = [];
  for (const name of (await readdir(dir)).sort()) {
    const folder = new RunFolder(join(dir, name));
    if (await folder.has(CONFIG_FILE)) runs.push(await folder.readSoFar());
  }
  return runs;
}

function hasEpoch(run: RunSoFar): boolean {
  return run.metrics.length > 0;
}

/** The runs sorted by the first number in which two differ. */
function inOrder(runs: readonly RunSoFar[], place: (run: RunSoFar) => number[]): RunSoFar[] {
  const placed = runs.map((run) => ({ run, place: place(run) }));
  const compare = (a: readonly number[], b: readonly number[]) =>
    a.map((value, level) => value - (b[level] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return placed.toSorted((a, b) => compare(a.place, b.place)).map(({ run }) => run);
}

/** @throws Failure when there is no folder `dir`, or none that can be looked into */
export async function requireFolder(dir: string): Promise<void> {
  const found = await stat(dir).catch((error: unknown) => {
    if (isAbsence(error)) throw new Failure(`there is no folder ${dir}`);
    throw new Failure(`cannot read ${dir}: ${messageOf(error)}`);
  });
  if (!found.isDirectory()) throw new Failure(`${dir} is a file, not the folder of a run`);
}
