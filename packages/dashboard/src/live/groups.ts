/** Runs that differ in nothing but the seed are one line, with their spread. */
import type { Curve } from '../charts/curves.js';
import type { Run } from './store.js';

/** Options that reach no weight, and those in which runs of a group differ. */
const APART = ['seed', 'schema', 'version', 'threads', 'loaderWorkers', 'memoryLimit', 'checkpointEvery', 'cache'];
const METHODS = ['vanilla', 'shortcut', 'evolution'];

export interface Group {
  label: string;
  /** Entry of the palette. */
  colour: number;
  runs: Run[];
}

export function textOf(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Keys of the configurations in which the runs differ. */
export function differingKeys(runs: readonly Run[]): string[] {
  const keys = [...new Set(runs.flatMap(({ info }) => Object.keys(info.config)))];
  return keys.filter((key) => new Set(runs.map(({ info }) => textOf(info.config[key]))).size > 1);
}

export function groupRuns(runs: readonly Run[]): Group[] {
  const sets = new Map<string, Run[]>();
  for (const run of runs) {
    const entries = Object.entries(run.info.config).filter(([key]) => !APART.includes(key));
    const key = JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
    sets.set(key, [...(sets.get(key) ?? []), run]);
  }
  const all = [...sets.values()];
  const telling = differingKeys(runs).filter((key) => !APART.includes(key) && key !== 'method');
  const taken = new Set<number>();
  return all.map((own) => {
    const config = (own[0] as Run).info.config;
    const method = textOf(config.method);
    const siblings = all.filter((other) => textOf((other[0] as Run).info.config.method) === method);
    const apart = telling.filter(
      (key) => new Set(siblings.map((other) => textOf((other[0] as Run).info.config[key]))).size > 1,
    );
    const more = apart.slice(0, 3).map((key) => `${key} ${textOf(config[key])}`);
    const wanted = METHODS.indexOf(method);
    let colour = wanted >= 0 && !taken.has(wanted) ? wanted : METHODS.length;
    while (taken.has(colour)) colour++;
    taken.add(colour);
    return { label: [method, ...more].join(', '), colour, runs: own };
  });
}

interface CurveChoice<T> {
  points: (run: Run) => readonly T[];
  x: (point: T) => number;
  y: (point: T) => number;
  /** Behind the group's label, and with a line of its own. */
  kind?: { name: string; dash?: number[] };
}

/** The mean over the seeds at each place that all of them have reached, or that the furthest has alone. */
export function groupCurve<T>({ label, colour, runs }: Group, { points, x, y, kind }: CurveChoice<T>): Curve {
  const at = new Map<number, number[]>();
  for (const run of runs) {
    for (const point of points(run)) {
      const value = y(point);
      if (!Number.isFinite(value)) continue;
      const place = x(point);
      const values = at.get(place);
      if (values === undefined) at.set(place, [value]);
      else values.push(value);
    }
  }
  const sorted = [...at].sort(([a], [b]) => a - b);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    name: kind === undefined ? label : `${label}: ${kind.name}`,
    colour,
    ...(kind?.dash === undefined ? {} : { dash: kind.dash }),
    points: sorted.map(([place, values]) => [place, mean(values)]),
    band: sorted.flatMap(([place, values]): [number, number, number][] =>
      values.length < 2 ? [] : [[place, Math.min(...values), Math.max(...values)]],
    ),
  };
}
