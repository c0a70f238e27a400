import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, isAbsence, messageOf } from '../errors.js';
import { commandLine } from '../terminal/commandLine.js';
import { checkComparison } from './comparisonFile.js';
import { CONFIG_FILE, RESULT_FILE } from './fileNames.js';
import { RunFolder } from './folder.js';
import type { RunRecord } from './record.js';

/** The runs that `dir` holds: one of its own, or the finished ones of a comparison. */
export async function readRuns(dir: string): Promise<RunRecord[]> {
  await requireFolder(dir);
  const own = new RunFolder(dir);
  const config = await own.readJson(CONFIG_FILE);
  if (!isComparison(config)) return [await own.read()];
  const runs: RunRecord[] = [];
  for (const name of (await readdir(dir)).sort()) {
    const folder = new RunFolder(join(dir, name));
    if (await folder.has(RESULT_FILE)) runs.push(await folder.read());
  }
  if (runs.length === 0) {
    const resume = commandLine(['compare', '--resume', '--out', dir]);
    throw new Failure(`${dir} holds no finished run yet: ${resume}`);
  }
  const { models, timeSteps, methods } = checkComparison(config, own.path(CONFIG_FILE));
  const networks: readonly string[] = models;
  const place = ({ config: { model, timeSteps: steps, method, seed } }: RunRecord) => [
    networks.indexOf(model),
    timeSteps.indexOf(steps),
    methods.indexOf(method),
    seed,
  ];
  return inOrder(runs, place);
}

/** By the first number in which two differ. */
function inOrder(runs: readonly RunRecord[], place: (run: RunRecord) => number[]): RunRecord[] {
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

/** A comparison's config.json has methods and seeds where a run's has one of each. */
export function isComparison(config: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(config.methods);
}
