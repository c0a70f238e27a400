/** Which drawings the report has. */
import { barChart, lineChart } from './chart.js';
import type { Block } from './document.js';
import { rivals } from './programs.js';
import type { ItemResult, Results, Run } from './results.js';
import { median } from './statistics.js';
import type { Axis, SeriesItem } from './suite.js';
import { isAgainstBefore, measuredRuns, memoryAboveIdle, seriesTimes, workOfSize } from './summary.js';
import type { Measured } from './work.js';

function medianOf(runs: readonly Run[], of: (m: Measured) => number): number | null {
  const values = runs.flatMap(({ measured }) => (measured ? [of(measured)] : []));
  return values.length > 0 ? median(values) : null;
}

const speed = (m: Measured) => m.imagesPerSecond;

/** Bars of speed and memory against the peers. */
export function drawComparisons({ items }: Results): Block[] {
  const compared = items.filter(
    ({ item, runs }) =>
      item.kind === 'compare' && !isAgainstBefore(runs) && measuredRuns(runs, 'measure', 'ours').length > 0,
  );
  return (['train', 'infer'] as const).flatMap((mode) => {
    const some = compared.filter(({ item }) => item.network.mode === mode);
    if (some.length === 0) return [];
    return [...drawSpeed(some, mode), ...(mode === 'train' ? drawMemory(some) : [])];
  });
}

/** Peers that were not measured in the pairs have the speed of the short run that chose among them. */
function drawSpeed(items: ItemResult[], mode: 'train' | 'infer'): Block[] {
  const sides = ['ours', ...rivals, ...(mode === 'infer' ? (['ONNX Runtime'] as const) : [])] as const;
  const speeds = items.map(({ runs }) =>
    sides.map((side) => {
      const measured = measuredRuns(runs, 'measure', side);
      return medianOf(measured.length > 0 ? measured : measuredRuns(runs, 'select', side), speed);
    }),
  );
  const best = speeds.map((all) => Math.max(...all.slice(1, 1 + rivals.length).map((value) => value ?? 0)));
  const title = mode === 'train' ? 'Training speed' : 'Inference speed';
  const svg = barChart({
    title: `${title} against the fastest peer`,
    description: 'Images per second of each side in units of the fastest of PyTorch, SpikingJelly and snnTorch.',
    groups: items.map(({ item }) => item.title),
    unit: `${title.toLowerCase()}, fastest peer = 1`,
    series: sides.map((side, s) => ({
      name: side === 'ours' ? 'Kestirme' : side,
      values: speeds.map((all, i) => ((best[i] as number) > 0 && all[s] != null ? all[s] / (best[i] as number) : null)),
    })),
  });
  return [{ kind: 'chart', svg }];
}

function drawMemory(items: ItemResult[]): Block[] {
  const sides = ['ours', 'PyTorch'] as const;
  const of = (side: (typeof sides)[number], value: (m: Measured) => number) =>
    items.map(({ runs }) => {
      const bytes = medianOf(measuredRuns(runs, 'memory', side), value);
      return bytes === null ? null : bytes / 1e6;
    });
  const series = sides.flatMap((side) => {
    const name = side === 'ours' ? 'Kestirme' : side;
    return [
      { name: `${name}, whole process`, values: of(side, (m) => m.peakMemoryBytes) },
      { name: `${name}, above its libraries`, values: of(side, memoryAboveIdle) },
    ];
  });
  if (series.every(({ values }) => values.every((value) => value === null))) return [];
  const svg = barChart({
    title: 'Peak memory of training',
    description: 'Peak resident memory in MB, of the whole process and above that of its libraries at rest.',
    groups: items.map(({ item }) => item.title),
    unit: 'peak memory, MB',
    series,
  });
  return [{ kind: 'chart', svg }];
}

const axisNames: Record<Axis, string> = {
  threads: 'threads',
  timeSteps: 'T',
  batch: 'batch',
  width: 'width',
  threshold: 'share of neurons that fire',
};

/** A line over threads, T, batch, width or firing rate; null with fewer than two points. */
export function drawSeries(item: SeriesItem, runs: readonly Run[], results: Results): Block | null {
  const times = seriesTimes(runs).map(({ at, seconds }) => [at, median(seconds)] as [number, number]);
  if (times.length < 2) return null;
  if (item.axis === 'threads') return { kind: 'chart', svg: drawThreads(item, times) };
  if (item.axis === 'threshold') return { kind: 'chart', svg: drawFiring(item, runs, times) };
  return { kind: 'chart', svg: drawCost(item, times, results) };
}

/** Mean over the LIF layers of their share of ones, in the last run at this size; null when it was not reported. */
export function firingRate(runs: readonly Run[], at: number): number | null {
  const rates = Object.values(runs.findLast((run) => run.at === at && run.measured)?.measured?.firingRates ?? {});
  return rates.length > 0 ? rates.reduce((sum, rate) => sum + rate, 0) / rates.length : null;
}

function drawThreads(item: SeriesItem, times: [number, number][]): string {
  const [first] = times as [[number, number], ...[number, number][]];
  return lineChart({
    title: item.title,
    description: 'Speed in units of that on one thread, and the line on which each thread adds as much as the first.',
    xName: 'threads',
    yName: 'speed',
    scale: 'linear',
    whole: true,
    series: [
      { name: 'Kestirme', points: times.map(([threads, seconds]) => [threads, first[1] / seconds]) },
      { name: 'ideal', points: times.map(([threads]) => [threads, threads / first[0]]), dashed: true },
    ],
  });
}

function drawCost(item: SeriesItem, times: [number, number][], results: Results): string {
  const work = ([at]: [number, number]) => workOfSize(item, at, results);
  const [first] = times as [[number, number], ...[number, number][]];
  const linear = times.map((point): [number, number] => [point[0], ((first[1] * work(point)) / work(first)) * 1000]);
  return lineChart({
    title: item.title,
    description: 'Milliseconds of a training step, both axes logarithmic, and the line of cost in proportion to work.',
    xName: axisNames[item.axis],
    yName: 'milliseconds of a step',
    scale: 'log',
    series: [
      { name: 'Kestirme', points: times.map(([at, seconds]) => [at, seconds * 1000]) },
      { name: 'in proportion to work', points: linear, dashed: true },
    ],
  });
}

function drawFiring(item: SeriesItem, runs: readonly Run[], times: [number, number][]): string {
  const points = times.flatMap(([at, seconds]): [number, number][] => {
    const rate = firingRate(runs, at);
    return rate === null ? [] : [[rate, seconds * 1000]];
  });
  return lineChart({
    title: item.title,
    description: 'Milliseconds of a training step over the mean firing rate, varied by the threshold of the neurons.',
    xName: axisNames.threshold,
    yName: 'milliseconds of a step',
    scale: 'linear',
    series: [{ name: 'Kestirme', points: points.sort((a, b) => a[0] - b[0]) }],
  });
}
