/** From runs to the rows of the report's first table: one for each figure that was measured. */
import { buildModel, describeNetwork } from 'kestirme';
import { reservations } from './conditions.js';
import { networkOf } from './plan.js';
import type { ItemResult, Results, Run } from './results.js';
import { type Own, type Side, sideTitle } from './sides.js';
import { logSlope, type Summary, summarise } from './statistics.js';
import type { CompareItem, Figure, Goal, HeadsItem, SeriesItem } from './suite.js';
import type { Measured } from './work.js';

/** 'unjudged': measured, but not under the goal's conditions. 'failed': there is no figure. */
export type Outcome = 'met' | 'missed' | 'unjudged' | 'failed' | 'no goal';

export interface Row {
  title: string;
  figure: string;
  goal: Goal | null;
  /** What the goal is about, over the pairs; null when there is none. */
  value: Summary | null;
  ours: string;
  peer: string;
  outcome: Outcome;
  /** Why it failed, or what to know. */
  note: string;
}

export const figureTexts: Record<Figure, { text: string; format: (value: number) => string }> = {
  memory: { text: "peak memory over plain PyTorch's", format: times },
  scaling: { text: 'images/s on 2 threads over 1', format: times },
  headCost: { text: 'time that shortcut heads add to a step', format: percent },
  slope: { text: 'slope of log time over log work', format: (value) => value.toFixed(2) },
  firstStepSeconds: { text: 'process start to first training step', format: (value) => `${value.toFixed(2)} s` },
  waiting: { text: 'share of training that waits for data', format: percent },
};

export function times(value: number): string {
  return `${value.toFixed(2)} x`;
}

function percent(value: number): string {
  return `${(value * 100).toFixed(2)} %`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

export function goalText({ figure, kind, value }: Goal): string {
  const { text, format } = figureTexts[figure];
  return `${text} ${kind} ${format(value)}`;
}

/** The rows of all items: missed first, the furthest from its goal before the others; then what failed; those without a goal last. */
export function summaryRows(results: Results): Row[] {
  const judged = reservations(results).length === 0;
  const rows = results.items.flatMap((result) => rowsOf(result, results)).map((row) => judge(row, judged));
  const order: Outcome[] = ['missed', 'failed', 'unjudged', 'met', 'no goal'];
  const rank = (row: Row) => order.indexOf(row.outcome);
  return rows.toSorted((a, b) => rank(a) - rank(b) || distance(a) - distance(b));
}

/** How good a figure is in terms of its goal: 1 just meets it, less misses it. */
function distance({ goal, value }: Row): number {
  if (goal === null || value === null) return Number.POSITIVE_INFINITY;
  return goal.kind === 'at least' ? value.median / goal.value : goal.value / Math.max(value.median, 1e-9);
}

function judge(row: Row, judged: boolean): Row {
  const { goal, value } = row;
  if (value === null || Number.isNaN(value.median)) {
    return { ...row, value: null, outcome: goal === null && row.note === '' ? 'no goal' : 'failed' };
  }
  if (goal === null) return { ...row, outcome: 'no goal' };
  if (!judged) return { ...row, outcome: 'unjudged' };
  const met = goal.kind === 'at least' ? value.median >= goal.value : value.median <= goal.value;
  return { ...row, outcome: met ? 'met' : 'missed' };
}

/** A row of each figure for each backend of ours that was to be measured. */
function rowsOf(result: ItemResult, results: Results): Row[] {
  const rows = results.settings.backends.flatMap((own) => rowsOn(own, result, results));
  const { failed } = result;
  return failed === undefined ? rows : rows.map((row) => ({ ...row, value: null, note: failed }));
}

function rowsOn(own: Own, result: ItemResult, results: Results): Row[] {
  const { item, runs } = result;
  switch (item.kind) {
    case 'compare':
      return isAgainstBefore(runs) ? [beforeRow(item, runs, own)] : memoryRows(item, runs, own);
    case 'series':
      return item.goals.map(() => seriesRow(item, runs, results, own));
    case 'heads':
      return [headsRow(item, runs, own)];
    case 'start':
      return [startRow(result, own)];
    case 'waiting':
      return [waitingRow(result, own)];
    case 'profile':
      return [];
  }
}

type Draft = Pick<Row, 'title' | 'figure' | 'goal'>;

function draft(item: ItemResult['item'], own: Own, figure: Figure, text = figureTexts[figure].text): Draft {
  return { title: titleOn(item, own), figure: text, goal: item.goals.find((goal) => goal.figure === figure) ?? null };
}

function titleOn({ title }: ItemResult['item'], own: Own): string {
  return `${title}; ${sideTitle(own)}`;
}

function row(base: Draft, values: number[], texts: Partial<Row> = {}): Row {
  const value = values.length > 0 ? summarise(values) : null;
  return { ...base, value, ours: '', peer: '', note: '', outcome: 'no goal', ...texts };
}

export const measuredRuns = (runs: readonly Run[], part: Run['part'], side: Side) =>
  runs.filter((run) => run.part === part && run.side === side && run.measured !== undefined);

/** Whether the item was measured against another version of ours, in place of the peers. */
export const isAgainstBefore = (runs: readonly Run[]) => runs.some(({ side }) => side === 'before');

/** `of` a run of `a` and one of `b` in each round that has both. */
export function pairs(
  runs: readonly Run[],
  part: Run['part'],
  a: Side,
  b: Side,
  of: (a: Measured, b: Measured) => number,
) {
  const others = measuredRuns(runs, part, b);
  return measuredRuns(runs, part, a).flatMap((run) => {
    const partner = others.find(({ round }) => round === run.round);
    return run.measured && partner?.measured ? [of(run.measured, partner.measured)] : [];
  });
}

export const speedRatio = (a: Measured, b: Measured) => a.imagesPerSecond / b.imagesPerSecond;

/** Median over a side's runs, as text; a dash when there are none. */
function medianText(runs: readonly Run[], of: (m: Measured) => number, format: (value: number) => string): string {
  const values = runs.flatMap(({ measured }) => (measured ? [of(measured)] : []));
  return values.length > 0 ? format(summarise(values).median) : '–';
}

export const speedText = (runs: readonly Run[]) =>
  medianText(
    runs,
    (m) => m.imagesPerSecond,
    (value) => `${value.toPrecision(4)} images/s`,
  );

/** Against ours of another clone: a ratio without a goal, and whether both computed the same. */
function beforeRow(item: CompareItem, runs: readonly Run[], own: Own): Row {
  const [ours, before] = ([own, 'before'] as const).map((side) => measuredRuns(runs, 'measure', side));
  const same = pairs(runs, 'measure', own, 'before', (a, b) => firstDifference(a.losses, b.losses));
  const differs = Math.min(...same);
  return {
    ...row(
      { title: titleOn(item, own), figure: 'images/s over the version before', goal: null },
      pairs(runs, 'measure', own, 'before', speedRatio),
    ),
    ...{ ours: speedText(ours ?? []), peer: `before ${speedText(before ?? [])}` },
    note: sameLosses(differs),
  };
}

/** From the first difference of two sides. */
export function sameLosses(differs: number): string {
  return differs === Number.POSITIVE_INFINITY
    ? 'the same losses, bit for bit'
    : `losses differ from step ${differs + 1} on`;
}

/** Place of the first number that differs, as far as both go. */
export function firstDifference(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => i < b.length && value !== b[i]);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

function memoryRows(item: CompareItem, runs: readonly Run[], own: Own): Row[] {
  if (!runs.some(({ part }) => part === 'memory')) return [];
  const memory = (text: string, of: (m: Measured) => number) => {
    const side = (name: Side) => medianText(measuredRuns(runs, 'memory', name), of, megabytes);
    const values = pairs(runs, 'memory', own, 'torch', (a, b) => of(a) / of(b));
    const figure = `${figureTexts.memory.text}, ${text}`;
    return row(draft(item, own, 'memory', figure), values, { ours: side(own), peer: `PyTorch ${side('torch')}` });
  };
  return [memory('whole process', (m) => m.peakMemoryBytes), memory('above the libraries at rest', memoryAboveIdle)];
}

export const memoryAboveIdle = (m: Measured) => m.peakMemoryBytes - m.idleMemoryBytes;

/** Seconds of a step of ours at each size, by round. */
export function seriesTimes(runs: readonly Run[], own: Own): { at: number; seconds: number[] }[] {
  const measured = measuredRuns(runs, 'measure', own).filter(({ at }) => at !== null);
  const sizes = [...new Set(measured.map(({ at }) => at as number))].sort((a, b) => a - b);
  return sizes.map((at) => ({
    at,
    seconds: measured
      .filter((run) => run.at === at)
      .toSorted((a, b) => a.round - b.round)
      .map(({ measured: m }) => summarise((m as Measured).stepSeconds).median),
  }));
}

/** What a size of the series means in work: multiply-accumulates for the width, which grow with its square. */
export function workOfSize({ axis, network }: SeriesItem, at: number, results: Results): number {
  if (axis !== 'width') return at;
  const { model, timeSteps } = networkOf(network, results.settings);
  return describeNetwork(buildModel(model, { width: at, timeSteps })).macsPerStep;
}

function seriesRow(item: SeriesItem, runs: readonly Run[], results: Results, own: Own): Row {
  const times = seriesTimes(runs, own);
  const rounds = Math.min(...times.map(({ seconds }) => seconds.length));
  const each = Array.from({ length: times.length > 1 ? rounds : 0 }, (_, round) => round);
  if (item.axis === 'threads') {
    const at = (threads: number, round: number) => times.find((t) => t.at === threads)?.seconds[round] ?? Number.NaN;
    const note = times.length < 2 ? 'this machine has one core' : '';
    const values = each.map((round) => at(1, round) / at(2, round));
    return row(draft(item, own, 'scaling'), values, { note });
  }
  const slope = (x: (at: number) => number) =>
    each.map((round) => logSlope(times.map(({ at, seconds }) => [x(at), seconds[round] as number] as const)));
  const values = slope((at) => workOfSize(item, at, results));
  const names = { timeSteps: 'T', batch: 'batch', width: 'width', threshold: 'threshold' };
  const over = item.axis === 'width' ? 'multiply-accumulates' : names[item.axis];
  const plain = item.axis === 'width' ? summarise(slope((at) => at)).median.toFixed(2) : null;
  const note = plain === null ? '' : `over the width itself ${plain}: work grows with its square`;
  return row(draft(item, own, 'slope', `slope of log time over log ${over}`), values, { note });
}

function headsRow(item: HeadsItem, runs: readonly Run[], own: Own): Row {
  const measured = measuredRuns(runs, 'measure', own);
  const [without, withHeads] = [0, 1].map((at) => measured.filter((run) => run.at === at));
  const values = (withHeads ?? []).flatMap((run) => {
    const partner = without?.find(({ round }) => round === run.round)?.measured;
    return run.measured && partner ? [speedRatio(partner, run.measured) - 1] : [];
  });
  const texts = { ours: `with ${speedText(withHeads ?? [])}`, peer: `without ${speedText(without ?? [])}` };
  return row(draft(item, own, 'headCost'), values, texts);
}

function startRow({ item, runs }: ItemResult, own: Own): Row {
  const seconds = (side: Side) =>
    runs.flatMap((run) => (run.side === side && run.firstStepSeconds !== undefined ? [run.firstStepSeconds] : []));
  const text = (values: number[]) => (values.length > 0 ? `${summarise(values).median.toFixed(2)} s` : '–');
  const [ours, peer] = [seconds(own), seconds('torch')];
  return row(draft(item, own, 'firstStepSeconds'), ours, { ours: text(ours), peer: `PyTorch ${text(peer)}` });
}

function waitingRow({ item, runs }: ItemResult, own: Own): Row {
  const all = runs.flatMap(({ side, waiting }) => (side === own && waiting ? [waiting] : []));
  const speed = summarise(all.map(({ imagesPerSecond }) => imagesPerSecond)).median;
  const note = all[0] === undefined ? '' : `from ${all[0].data} at ${speed.toPrecision(4)} images/s`;
  return row(
    draft(item, own, 'waiting'),
    all.map(({ share }) => share),
    { note },
  );
}
