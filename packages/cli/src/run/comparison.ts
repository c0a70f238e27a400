import type { EpochMetrics, Method } from 'kestirme';
import { modelLabel } from '../models/names.js';
import { inBrackets, percent, rate, significant } from '../terminal/format.js';
import { type Column, renderTable } from '../terminal/table.js';
import { gradientRatio, gradientRatioMeaning, gradientRatioName } from './gradientRatio.js';
import type { RunRecord } from './record.js';
import { splitBy } from './splitBy.js';

/** Mean over seeds; the spread is the sample standard deviation, null for one seed. */
export interface Spread {
  mean: number;
  spread: number | null;
}

export interface MethodSummary {
  model: string;
  timeSteps: number;
  method: Method;
  seeds: number[];
  /** See `RunResult`. */
  split?: string;
  testAccuracy: Spread;
  /** Training loss of the last epoch. */
  trainLoss: Spread;
  /** See `gradientRatio`; in the first and the last epoch. Null when a run does not tell it. */
  gradientRatio: { firstEpoch: Spread; lastEpoch: Spread } | null;
  imagesPerSecond: Spread;
}

/** A summary of each method, for each network and T that the runs have. */
export function summarise(runs: readonly RunRecord[]): MethodSummary[] {
  const sets = splitBy(runs, ({ config }) => `${config.model} ${config.timeSteps} ${config.method}`);
  return sets.map((own) => {
    const { model, timeSteps, method } = own[0].config;
    return {
      model: modelLabel(model),
      timeSteps,
      method,
      seeds: own.map((run) => run.config.seed),
      ...(own[0].result.split === undefined ? {} : { split: own[0].result.split }),
      testAccuracy: spread(own.map((run) => run.result.testAccuracy)),
      trainLoss: spread(own.map((run) => lastOf(run).trainLoss)),
      gradientRatio: gradientRatios(own),
      imagesPerSecond: spread(own.map((run) => run.result.imagesPerSecond)),
    };
  });
}

export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, spread: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, spread: Math.sqrt(squares / (values.length - 1)) };
}

function gradientRatios(runs: readonly RunRecord[]): MethodSummary['gradientRatio'] {
  const ratios = (pick: (run: RunRecord) => EpochMetrics | undefined) =>
    runs.flatMap((run) => {
      const metrics = pick(run);
      return (metrics && gradientRatio(metrics)) ?? [];
    });
  const [first, last] = [ratios((run) => run.metrics[0]), ratios(lastOf)];
  if (first.length < runs.length || last.length < runs.length) return null;
  return { firstEpoch: spread(first), lastEpoch: spread(last) };
}

function lastOf(run: RunRecord): EpochMetrics {
  const last = run.metrics.at(-1);
  if (last === undefined)
    throw new Error(`a finished run without epochs: ${run.config.method}, seed ${run.config.seed}`);
  return last;
}

export function comparisonTable(summaries: readonly MethodSummary[]): string {
  const several = new Set(summaries.map(({ model, timeSteps }) => `${model} ${timeSteps}`)).size > 1;
  const columns: Column[] = [
    ...(several ? [{ title: 'network' }, { title: 'T', align: 'right' } as const] : []),
    { title: 'method' },
    { title: 'seeds', align: 'right' },
    { title: `test accuracy${inBrackets(summaries[0]?.split)}`, align: 'right' },
    { title: 'train loss', align: 'right' },
    { title: `${gradientRatioName}, first epoch`, align: 'right' },
    { title: 'last epoch', align: 'right' },
    { title: 'images/s', align: 'right' },
  ];
  const rows = summaries.map((one) => [
    ...(several ? [one.model, String(one.timeSteps)] : []),
    one.method,
    String(one.seeds.length),
    withSpread(one.testAccuracy, percent),
    withSpread(one.trainLoss, (value) => value.toFixed(3)),
    one.gradientRatio === null ? '-' : withSpread(one.gradientRatio.firstEpoch, significant),
    one.gradientRatio === null ? '-' : withSpread(one.gradientRatio.lastEpoch, significant),
    withSpread(one.imagesPerSecond, rate),
  ]);
  const spreads = summaries.some((one) => one.seeds.length > 1);
  const told = summaries.some((one) => one.gradientRatio !== null);
  const notes = [
    ...(spreads ? ['± is the standard deviation over the seeds'] : []),
    ...(told ? [gradientRatioMeaning] : []),
  ];
  return [renderTable(columns, rows), ...notes].join('\n');
}

function withSpread({ mean, spread: deviation }: Spread, show: (value: number) => string): string {
  if (!Number.isFinite(mean)) return '-';
  return deviation === null ? show(mean) : `${show(mean)} ± ${show(deviation)}`;
}
