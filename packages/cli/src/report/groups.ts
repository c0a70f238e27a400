import { isNumber } from '@kestirme/dashboard/charts';
import type { EpochMetrics } from 'kestirme';
import { neutralOptions } from '../config/optionReach.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { modelLabel } from '../models/names.js';
import { epochNumber } from '../run/metricNames.js';
import type { RunSoFar } from '../run/record.js';
import { type SeriesStyle, styleOf } from './style.js';

/** Runs that differ in nothing but the seed (and in options that cannot change a weight): a line in each figure. */
export interface Group {
  /** The method, with the options that set it apart when a method has several groups. */
  label: string;
  method: string;
  runs: RunSoFar[];
  style: SeriesStyle;
}

/** Mean, range and sample standard deviation (null for one) over the runs of a group. */
export interface Spread {
  mean: number;
  deviation: number | null;
  min: number;
  max: number;
  runs: number;
}

type Key = keyof ResolvedConfig;

/** Options that do not reach a weight or a metric (speed aside), by the rule that a run is exact on any number of threads. */
export const NEUTRAL: readonly string[] = ['schema', ...neutralOptions];
const PER_RUN: readonly string[] = [...NEUTRAL, 'seed', 'version'];
const METHOD_ORDER = ['vanilla', 'shortcut', 'evolution'];

/** Test accuracy of the main head alone: after the last epoch of a finished run, else after the last that is over. */
export function testAccuracyOf(run: RunSoFar): number | undefined {
  return run.result?.testAccuracy ?? run.metrics.at(-1)?.testAccuracy;
}

export function isUnfinished(run: RunSoFar): boolean {
  return run.result === null;
}

export function configKeys(runs: RunSoFar[]): Key[] {
  const keys = new Set<Key>();
  for (const run of runs) for (const key of Object.keys(run.config) as Key[]) keys.add(key);
  return [...keys];
}

export function configText(run: RunSoFar, key: Key): string {
  const value: unknown = run.config[key];
  if (value === undefined) return '(not set)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function differingKeys(runs: RunSoFar[]): Key[] {
  return configKeys(runs).filter((key) => new Set(runs.map((run) => configText(run, key))).size > 1);
}

/**
 * Differences that a method does not bring with it: they spoil a comparison of methods.
 * The method itself decides lambda, and whether there are heads at all.
 */
export function confounders(runs: RunSoFar[]): Key[] {
  const withHeads = runs.filter((run) => run.config.heads !== 'none');
  return differingKeys(runs).filter((key) => {
    if (PER_RUN.includes(key) || key === 'method' || key === 'lambda') return false;
    return key === 'heads' ? new Set(withHeads.map((run) => run.config.heads)).size > 1 : true;
  });
}

export function groupRuns(runs: RunSoFar[]): Group[] {
  const byKey = new Map<string, RunSoFar[]>();
  for (const run of runs) {
    const keys = configKeys(runs).filter((name) => !PER_RUN.includes(name));
    const key = JSON.stringify(keys.map((name) => configText(run, name)));
    const members = byKey.get(key);
    if (members) members.push(run);
    else byKey.set(key, [run]);
  }
  const rank = (method: string) => (METHOD_ORDER.includes(method) ? METHOD_ORDER.indexOf(method) : METHOD_ORDER.length);
  const sets = [...byKey.values()].map((members) => ({
    method: members[0]?.config.method ?? '',
    runs: members.toSorted((a, b) => a.config.seed - b.config.seed),
  }));
  sets.sort((a, b) => rank(a.method) - rank(b.method));
  const taken = new Set<number>();
  return sets.map((set) => {
    const wanted = METHOD_ORDER.indexOf(set.method);
    let index = wanted >= 0 && !taken.has(wanted) ? wanted : METHOD_ORDER.length;
    while (taken.has(index)) index++;
    taken.add(index);
    return { ...set, label: labelOf(set, sets), style: styleOf(index) };
  });
}

/** Options that a reader looks for first, where several set runs apart. */
const TELLING: readonly Key[] = ['model', 'data', 'timeSteps', 'heads', 'lambda', 'lr', 'epochs'];

/** As few of `keys` as tell apart all that they tell apart together; the configuration has the rest. */
export function tellingKeys(runs: RunSoFar[], keys: Key[]): Key[] {
  const place = (key: Key) => (TELLING.includes(key) ? TELLING.indexOf(key) : TELLING.length);
  const kinds = (some: Key[]) =>
    new Set(runs.map((run) => JSON.stringify(some.map((key) => configText(run, key))))).size;
  const chosen: Key[] = [];
  for (const key of keys.toSorted((a, b) => place(a) - place(b))) {
    if (kinds(chosen) === kinds(keys)) break;
    if (kinds([...chosen, key]) > kinds(chosen)) chosen.push(key);
  }
  return chosen;
}

/** An option in a label, as short as it can be. */
export function optionText(run: RunSoFar, key: Key): string {
  const value = configText(run, key);
  if (key === 'model') return modelLabel(value);
  if (key === 'data') return value;
  return key === 'timeSteps' ? `T = ${value}` : `${key} ${value}`;
}

function labelOf(set: { method: string; runs: RunSoFar[] }, sets: { method: string; runs: RunSoFar[] }[]): string {
  const siblings = sets.filter((other) => other.method === set.method);
  const first = set.runs[0];
  if (siblings.length === 1 || !first) return set.method;
  const runs = siblings.flatMap((sibling) => sibling.runs);
  const keys = differingKeys(runs).filter((key) => !PER_RUN.includes(key));
  return `${set.method} (${tellingKeys(runs, keys)
    .map((key) => optionText(first, key))
    .join(', ')})`;
}

export function spread(values: unknown[]): Spread | null {
  const finite = values.filter(isNumber);
  if (finite.length === 0) return null;
  const [min, max] = [Math.min(...finite), Math.max(...finite)];
  // Equal values have no spread, which rounding would give them.
  const mean = min === max ? min : finite.reduce((sum, value) => sum + value, 0) / finite.length;
  const squares = finite.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const deviation = finite.length > 1 ? Math.sqrt(squares / (finite.length - 1)) : null;
  return { mean, deviation, min, max, runs: finite.length };
}

/** Epochs that any run of the groups has, as files count them (from 0), ascending. */
export function epochsOf(groups: Group[]): number[] {
  const epochs = new Set<number>();
  for (const group of groups) for (const run of group.runs) for (const line of run.metrics) epochs.add(line.epoch);
  return [...epochs].sort((a, b) => a - b);
}

export function atEpoch(group: Group, epoch: number, pick: (metrics: EpochMetrics) => unknown): Spread | null {
  return spread(
    group.runs.flatMap((run) => run.metrics.filter((line) => line.epoch === epoch).map((line) => pick(line))),
  );
}

/** The two epochs that the per-layer figures compare. Each run counts with its own first and last epoch. */
export type EpochName = 'first' | 'last';

export function epochOf(run: RunSoFar, epochName: EpochName): EpochMetrics | undefined {
  return epochName === 'first' ? run.metrics[0] : run.metrics.at(-1);
}

export function overRuns(group: Group, epochName: EpochName, pick: (metrics: EpochMetrics) => unknown): Spread | null {
  return spread(
    group.runs.map((run) => {
      const metrics = epochOf(run, epochName);
      return metrics && pick(metrics);
    }),
  );
}

/** One name when there is only one epoch, else both. */
export function epochNamesOf(groups: Group[]): EpochName[] {
  return groups.some((group) => group.runs.some((run) => run.metrics.length > 1)) ? ['first', 'last'] : ['first'];
}

export function epochTitle(epochName: EpochName, groups: Group[]): string {
  const runs = groups.flatMap((group) => group.runs);
  const epochs = new Set(runs.flatMap((run) => epochOf(run, epochName)?.epoch ?? []));
  const which = epochNamesOf(groups).length === 1 ? 'only' : epochName;
  return epochs.size === 1
    ? `Epoch ${epochNumber([...epochs][0] ?? 0)} (the ${which} one)`
    : `The ${which} epoch of each run`;
}

/** Names in the order of the network, over all runs: a name goes after the one that it follows in its own run. */
export function orderedNames(groups: Group[], pick: (metrics: EpochMetrics) => Record<string, unknown>): string[] {
  const names: string[] = [];
  const seen = new Set<string>();
  for (const run of groups.flatMap((group) => group.runs)) {
    for (const line of run.metrics.length > 1 ? [run.metrics[0], run.metrics.at(-1)] : run.metrics) {
      let place = 0;
      for (const name of line ? Object.keys(pick(line) ?? {}) : []) {
        if (!seen.has(name)) {
          names.splice(place, 0, name);
          seen.add(name);
          place++;
        } else place = names.indexOf(name) + 1;
      }
    }
  }
  return names;
}
