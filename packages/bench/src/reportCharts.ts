/** Which drawings the report has. */
import { barChart, lineChart } from './chart.js';
import type { Block } from './document.js';
import { fastestPeer } from './perform.js';
import type { ItemResult, Results, Run } from './results.js';
import { type Own, type Side, sideTitle } from './sides.js';
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
export function drawComparisons({ items, settings: { backends } }: Results): Block[] {
  const compared = items.filter(
    ({ item, runs }) =>
      item.kind === 'compare' &&
      !isAgainstBefore(runs) &&
      backends.some((own) => measuredRuns(runs, 'measure', own).length > 0),
  );
  return (['train', 'infer'] as const).flatMap((mode) => {
    const some = compared.filter(({ item }) => item.network.mode === mode);
    if (some.length === 0) return [];
    return [...drawSpeed(some, mode, backends), ...(mode === 'train' ? drawMemory(some, backends) : [])];
  });
}

/** In units of the fastest peer as it comes. */
function drawSpeed(items: ItemResult[], mode: 'train' | 'infer', backends: readonly Own[]): Block[] {
  const of = (side: Side | undefined, runs: readonly Run[]) =>
    side === undefined ? null : medianOf(measuredRuns(runs, 'measure', side), speed);
  const best = items.map(({ runs }) => of(fastestPeer(runs), runs));
  const bars = (name: string, side: (runs: readonly Run[]) => Side | undefined) => {
    const values = items.map(({ runs }, i) => {
      const [value, unit] = [of(side(runs), runs), best[i] ?? null];
      return value === null || unit === null ? null : value / unit;
    });
    return { name, values };
  };
  const title = mode === 'train' ? 'Training speed' : 'Inference speed';
  const svg = barChart({
    title: `${title} against the fastest peer`,
    description: 'Images per second of each side in units of the fastest of PyTorch, SpikingJelly and snnTorch.',
    groups: items.map(({ item }) => item.title),
    unit: `${title.toLowerCase()}, fastest peer = 1`,
    series: [
      ...backends.map((own) => bars(`Kestirme ${sideTitle(own)}`, () => own)),
      bars('fastest peer', (runs) => fastestPeer(runs)),
      bars('fastest peer, AVX2', (runs) => fastestPeer(runs, 'fastest-avx2')),
      ...(mode === 'infer' ? [bars('ONNX Runtime', () => 'onnx')] : []),
    ],
  });
  return [{ kind: 'chart', svg }];
}

function drawMemory(items: ItemResult[], backends: readonly Own[]): Block[] {
  const of = (side: Side, value: (m: Measured) => number) =>
    items.map(({ runs }) => {
      const bytes = medianOf(measuredRuns(runs, 'memory', side), value);
      return bytes === null ? null : bytes / 1e6;
    });
  const series = [...backends, 'torch' as const].flatMap((side) => {
    const name = side === 'torch' ? sideTitle(side) : `Kestirme ${sideTitle(side)}`;
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

interface Line {
  name: string;
  points: [size: number, seconds: number][];
}

/** A line of each backend over threads, T, batch, width or firing rate; null with fewer than two points. */
export function drawSeries(item: SeriesItem, runs: readonly Run[], results: Results): Block | null {
  const lines = results.settings.backends.map((own): Line => {
    const points = seriesTimes(runs, own).map(({ at, seconds }) => [at, median(seconds)] as [number, number]);
    return { name: `Kestirme ${sideTitle(own)}`, points };
  });
  if (lines.some(({ points }) => points.length < 2)) return null;
  if (item.axis === 'threads') return { kind: 'chart', svg: drawThreads(item, lines) };
  if (item.axis === 'threshold') return { kind: 'chart', svg: drawFiring(item, runs, lines) };
  return { kind: 'chart', svg: drawCost(item, lines, results) };
}

/** Mean over the LIF layers of their share of ones, in the last run at this size; null when it was not reported. */
export function firingRate(runs: readonly Run[], at: number): number | null {
  const rates = Object.values(runs.findLast((run) => run.at === at && run.measured)?.measured?.firingRates ?? {});
  return rates.length > 0 ? rates.reduce((sum, rate) => sum + rate, 0) / rates.length : null;
}

const firstOf = ({ points }: Line) => points[0] as [number, number];

function drawThreads(item: SeriesItem, lines: Line[]): string {
  const { points: sizes } = lines[0] as Line;
  const series = lines.map((line) => ({
    name: line.name,
    points: line.points.map(([threads, seconds]): [number, number] => [threads, firstOf(line)[1] / seconds]),
  }));
  const ideal = sizes.map(([threads]): [number, number] => [threads, threads / (sizes[0]?.[0] ?? 1)]);
  return lineChart({
    title: item.title,
    description: 'Speed in units of that on one thread, and the line on which each thread adds as much as the first.',
    xName: 'threads',
    yName: 'speed',
    scale: 'linear',
    whole: true,
    series: [...series, { name: 'ideal', points: ideal, dashed: true }],
  });
}

function drawCost(item: SeriesItem, lines: Line[], results: Results): string {
  const work = (at: number) => workOfSize(item, at, results);
  const inMilliseconds = lines.map(({ name, points }) => ({
    name,
    points: points.map(([at, seconds]): [number, number] => [at, seconds * 1000]),
  }));
  const { points } = lines[0] as Line;
  const [start, seconds] = firstOf(lines[0] as Line);
  const linear = points.map(([at]): [number, number] => [at, ((seconds * work(at)) / work(start)) * 1000]);
  return lineChart({
    title: item.title,
    description: 'Milliseconds of a training step, both axes logarithmic, and the line of cost in proportion to work.',
    xName: axisNames[item.axis],
    yName: 'milliseconds of a step',
    scale: 'log',
    series: [...inMilliseconds, { name: 'in proportion to work', points: linear, dashed: true }],
  });
}

function drawFiring(item: SeriesItem, runs: readonly Run[], lines: Line[]): string {
  const series = lines.map(({ name, points }) => {
    const over = points.flatMap(([at, seconds]): [number, number][] => {
      const rate = firingRate(runs, at);
      return rate === null ? [] : [[rate, seconds * 1000]];
    });
    return { name, points: over.sort((a, b) => a[0] - b[0]) };
  });
  return lineChart({
    title: item.title,
    description: 'Milliseconds of a training step over the mean firing rate, varied by the threshold of the neurons.',
    xName: axisNames.threshold,
    yName: 'milliseconds of a step',
    scale: 'linear',
    series,
  });
}
