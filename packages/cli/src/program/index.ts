/**
 * What the commands do, as functions for programs: they write run folders and call listeners, and nothing else. Errors
 * are UsageError for options that cannot be (NetworkError, OptionsError of the library), Failure for what went wrong.
 */
import { join } from 'node:path';
import type { EpochMetrics } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { compareRuns as differenceOf, type RunDifference } from '../diff/compareRuns.js';
import { readSides } from '../diff/side.js';
import { verdict } from '../diff/verdict.js';
import { UsageError } from '../errors.js';
import { compareOptions, trainOptions } from '../options/table.js';
import type { ModelFunction } from '../models/modelFile.js';
import { NETWORK_FILE } from '../run/fileNames.js';
import { RunFolder } from '../run/folder.js';
import type { RunResult, RunSoFar } from '../run/record.js';
import { requireFolder } from '../run/readRuns.js';
import { type Comparison, compareInFolder } from './compare.js';
import { type Evaluation, type EvaluationChoice, evaluateFolder } from './evaluate.js';
import { type RunListeners, sessionOf } from './listeners.js';
import { trainInFolder } from './train.js';
import { type ProgramOptions, valuesFor } from './values.js';

/**
 * As `--config` takes them, by their names in camelCase, and `out`, `resume`, `force`, `backend`. The model may be a
 * function, as a model file exports one; what it builds is kept in the network.json of `out`.
 */
export interface TrainRunOptions extends Omit<ProgramOptions<typeof trainOptions>, OfTerminal | 'model'> {
  model?: string | ModelFunction | undefined;
}
export type CompareRunsOptions = Omit<ProgramOptions<typeof compareOptions>, OfTerminal>;
type OfTerminal = 'quiet' | 'json' | 'config' | 'ignoreHangup' | 'dashboard' | 'open' | 'port';

export interface RunOutcome {
  /** The run's folder. */
  dir: string;
  /** False when the signal ended it, with a checkpoint. */
  finished: boolean;
  config: ResolvedConfig;
  /** Of the epochs that are over. */
  metrics: EpochMetrics[];
  /** Null unless it has finished. */
  result: RunResult | null;
}

/** Trains a run into its folder, as `kestirme train` does; `resume` goes on with the one in `out`, to the same bits. */
export async function trainRun(options: TrainRunOptions, listeners: RunListeners = {}): Promise<RunOutcome> {
  const { model, ...rest } = options;
  const build = typeof model === 'function' ? model : undefined;
  const { values, origin } = valuesFor(trainOptions, { ...rest, model: modelName(model, rest.out) }, 'trainRun', 'run');
  const { folder, record } = await trainInFolder(values, origin, { ...sessionOf(listeners), build });
  const { config, metrics, result } = record ?? (await folder.readSoFar());
  return { dir: folder.dir, finished: record !== null, config, metrics, result };
}

function modelName(model: TrainRunOptions['model'], out: string | undefined): string | undefined {
  if (typeof model !== 'function') return model;
  if (out !== undefined) return join(out, NETWORK_FILE);
  throw new UsageError('trainRun: out: a model that is a function needs a folder for what it builds');
}

/** Trains the runs of a comparison, as `kestirme compare` does; null when the signal ended it, with a checkpoint. */
export async function compareRuns(
  options: CompareRunsOptions,
  listeners: RunListeners = {},
): Promise<{ dir: string; comparison: Comparison | null }> {
  const { values, origin } = valuesFor(compareOptions, options, 'compareRuns', 'comparison');
  const { folder, finished } = await compareInFolder(values, origin, sessionOf(listeners));
  return { dir: folder.dir, comparison: finished?.comparison ?? null };
}

/** Measures the newest good checkpoint of the run in `dir`, as `kestirme evaluate` does. */
export function evaluateRun(
  dir: string,
  options: EvaluationChoice & Pick<RunListeners, 'signal' | 'onNote'> = {},
): Promise<Evaluation> {
  return evaluateFolder(dir, options);
}

/** The run in `dir`, finished or as far as it is. */
export async function readRun(dir: string): Promise<RunSoFar> {
  await requireFolder(dir);
  return new RunFolder(dir).readSoFar();
}

/** What two runs differ in, as `kestirme diff` says it: `same` tells whether all their numbers agree to the bit. */
export async function diffRuns(a: string, b: string): Promise<RunDifference & { verdict: string }> {
  const [first, second] = await Promise.all([readSides(a), readSides(b)]);
  if (first.kind !== 'run' || second.kind !== 'run') {
    throw new UsageError(
      `diffRuns: ${first.kind === 'run' ? b : a} is a comparison; name the folder of one of its runs`,
    );
  }
  const difference = differenceOf(first.run, second.run);
  return { ...difference, verdict: verdict(difference) };
}
