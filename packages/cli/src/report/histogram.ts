import { enumerate, isNumber, percent, power } from '@kestirme/dashboard/charts';
import type { GradientStats } from 'kestirme';
import { type Axis, linearAxis } from './axes.js';
import { renderPanel } from './charts.js';
import { extremes, type Figure } from './curves.js';
import { type EpochName, epochNamesOf, epochOf, epochTitle, type Group } from './groups.js';
import { rowsTable } from './html.js';
import { layerOf } from './layers.js';
import { legend } from './legend.js';
import type { Line, Point, TextNote, Zone } from './panel.js';
import { plotData } from './plotData.js';
import { INK } from './style.js';

/** Shares of all entries, means over the runs of a group. */
interface Shares {
  group: Group;
  zero: number;
  /** Exponent of a bin's lower edge to the share of entries in it. */
  positive: Map<number, number>;
  negative: Map<number, number>;
}

/** Bins beyond the outermost one that holds this share of the entries are left out of the drawing. */
const LEAST_SHARE = 2e-3;
const FEWEST_BINS = 4;

function sharesOf(group: Group, epochName: EpochName, parameter: string): Shares | null {
  const all = group.runs.flatMap((run) => epochOf(run, epochName)?.gradients.weights[parameter] ?? []);
  const usable = all.filter((stats) => isNumber(stats.zeroShare) && stats.histogram);
  if (usable.length === 0) return null;
  const shares: Shares = { group, zero: 0, positive: new Map(), negative: new Map() };
  for (const stats of usable) addRun(shares, stats, 1 / usable.length);
  return shares;
}

function addRun(shares: Shares, { zeroShare, histogram }: GradientStats, weight: number): void {
  const count = (value: number | undefined) => (isNumber(value) ? value : 0);
  const nonZero = [...histogram.positive, ...histogram.negative].reduce((sum, value) => sum + count(value), 0);
  shares.zero += weight * zeroShare;
  if (nonZero === 0) return;
  for (const side of ['positive', 'negative'] as const) {
    histogram[side].forEach((value, bin) => {
      const exponent = histogram.minExponent + bin;
      const share = (weight * (1 - zeroShare) * count(value)) / nonZero;
      shares[side].set(exponent, (shares[side].get(exponent) ?? 0) + share);
    });
  }
}

function exponentsOf(all: Shares[], least: number): [low: number, high: number] {
  const held = all.flatMap((shares) =>
    [...shares.positive, ...shares.negative].flatMap(([exponent, share]) => (share > least ? [exponent] : [])),
  );
  if (held.length === 0) return [-10, -1];
  const [low, high] = [Math.min(...held), Math.max(...held)];
  return [Math.min(low, high - FEWEST_BINS + 1), high];
}

/** Where a bin edge of either sign stands: mirrored, with a gap around zero that no power of two fills. */
class MirroredScale {
  readonly gap: number;
  readonly reach: number;

  constructor(
    readonly low: number,
    readonly high: number,
  ) {
    const bins = high - low + 1;
    this.gap = Math.max(1, bins * 0.24);
    this.reach = this.gap + bins;
  }

  /** `sign` times 2^exponent. */
  at(sign: 1 | -1, exponent: number): number {
    return sign * (this.gap + exponent - this.low);
  }

  /** The bin whose middle this is. */
  binOf(x: number): string {
    const exponent = Math.floor(Math.abs(x) - this.gap) + this.low;
    const sign = x < 0 ? '−' : '';
    return `${sign}${power(2, exponent)} to ${sign}${power(2, exponent + 1)}`;
  }

  axis(name: string): Axis {
    const every = Math.ceil((this.high - this.low + 1) / 3.5);
    const exponents = [];
    for (let exponent = this.low; exponent <= this.high + 1; exponent += every) exponents.push(exponent);
    const labels = new Map<number, string>([[0, '0']]);
    for (const exponent of exponents) {
      labels.set(this.at(1, exponent), power(2, exponent));
      labels.set(this.at(-1, exponent), `−${power(2, exponent)}`);
    }
    const ticks = [...labels.keys()].sort((a, b) => a - b);
    return { name, min: -this.reach, max: this.reach, ticks, format: (value) => labels.get(value) ?? '' };
  }
}

/** The outline, and markers at the middle of the bins. */
function outline(shares: Shares, scale: MirroredScale, sign: 1 | -1, entry: number): [Line, Line] {
  const bins = sign === 1 ? shares.positive : shares.negative;
  const steps: Point[] = [];
  const centres: Point[] = [];
  for (let exponent = scale.low; exponent <= scale.high; exponent++) {
    const share = bins.get(exponent) ?? 0;
    steps.push([scale.at(sign, exponent), share], [scale.at(sign, exponent + 1), share]);
    if (share > LEAST_SHARE) centres.push([(scale.at(sign, exponent) + scale.at(sign, exponent + 1)) / 2, share]);
  }
  const { style } = shares.group;
  return [
    { style, entry, points: steps, band: [], markerSize: 0, filled: true },
    { style, entry, points: centres, band: [], joined: false, markerSize: 5 },
  ];
}

/** In the gap: which share of the entries is exactly zero, a marker and a figure for each method. */
function zeroShares(all: Shares[], scale: MirroredScale, y: Axis): { lines: Line[]; texts: TextNote[] } {
  const texts: TextNote[] = [
    { x: 0, height: 0.95, text: 'exactly', color: INK },
    { x: 0, height: 0.885, text: 'zero', color: INK },
  ];
  const lines = all.map(({ group, zero }, index): Line => {
    const height = 0.79 - index * 0.085;
    texts.push({ x: scale.gap * 0.18, height, text: percent(zero, zero < 0.1 ? 1 : 0), color: INK });
    const point: Point = [-scale.gap * 0.7, y.min + height * (y.max - y.min)];
    return { style: group.style, entry: index, points: [point], band: [], joined: false, markerSize: 7 };
  });
  return { lines, texts };
}

function panelOf(groups: Group[], epochName: EpochName, all: Shares[], scale: MirroredScale, y: Axis): string {
  const zeros = zeroShares(all, scale, y);
  const sides = all.flatMap((shares, entry) => [
    { name: shares.group.label, lines: outline(shares, scale, -1, entry) },
    { name: shares.group.label, lines: outline(shares, scale, 1, entry) },
  ]);
  const zone: Zone = { from: -scale.gap, to: scale.gap, label: '', shaded: true };
  return renderPanel({
    id: `histogram-${epochName}`,
    title: epochTitle(epochName, groups),
    description: `Mirrored histogram of the gradient. ${all.map(describe).join(' ')}`,
    x: scale.axis('Gradient entry (bins are powers of two)'),
    y,
    lines: [...sides.flatMap(({ lines }) => lines), ...zeros.lines],
    data: plotData({
      x: 'entries',
      y: 'share of all entries',
      format: 'percent',
      lines: sides.map(({ name, lines: [, centres] }) => ({ name, line: centres })),
      nameOf: (x) => scale.binOf(x),
    }),
    zones: [zone],
    texts: zeros.texts,
    height: 320,
  });
}

/** The exponent of the bin that holds the median size of the entries that are not zero. */
function medianExponent({ positive, negative }: Shares): number | null {
  const exponents = [...new Set([...positive.keys(), ...negative.keys()])].sort((a, b) => a - b);
  const share = (exponent: number) => (positive.get(exponent) ?? 0) + (negative.get(exponent) ?? 0);
  const half = exponents.reduce((sum, exponent) => sum + share(exponent), 0) / 2;
  let below = 0;
  for (const exponent of exponents) {
    below += share(exponent);
    if (half > 0 && below >= half) return exponent;
  }
  return null;
}

function describe(shares: Shares): string {
  const median = medianExponent(shares);
  const size =
    median === null
      ? 'no entry that is not zero'
      : `median size between ${power(2, median)} and ${power(2, median + 1)}`;
  return `${shares.group.label}: ${percent(shares.zero)} exactly zero, ${size}.`;
}

/** Gradient entries of one layer's weights, on an axis that is logarithmic to both sides of zero. */
export function histogramFigure(groups: Group[], parameter: string): Figure | null {
  const epochNames = epochNamesOf(groups);
  const shares = epochNames.map((epochName) => groups.flatMap((group) => sharesOf(group, epochName, parameter) ?? []));
  const all = shares.flat();
  if (all.length === 0) return null;
  const [low, high] = exponentsOf(all, LEAST_SHARE);
  const scale = new MirroredScale(low, high);
  const outlines = all.flatMap((one) => [...outline(one, scale, -1, 0), ...outline(one, scale, 1, 0)]);
  const y = linearAxis({
    name: 'Share of all entries',
    values: extremes(outlines),
    include: [0],
    scale: 100,
    unit: '%',
  });
  const medians = epochNames.map((epochName, index) => {
    const parts = (shares[index] ?? []).flatMap((one) => {
      const median = medianExponent(one);
      return median === null ? [] : [`${one.group.label} ${power(2, median)} to ${power(2, median + 1)}`];
    });
    return `Median size of the entries that are not zero, ${epochTitle(epochName, groups).toLowerCase()}: ${enumerate(parts)}.`;
  });
  return {
    id: 'histogram',
    title: `Gradient entries of the first convolution, ${layerOf(parameter)}`,
    legend: legend(groups),
    panels: epochNames.map((epochName, index) => panelOf(groups, epochName, shares[index] ?? [], scale, y)),
    notes: medians,
    caption:
      'Sizes on an axis that is logarithmic to both sides of zero: negative entries mirrored to the left, entries that are exactly zero counted in the middle. ' +
      'What piles up near the middle is small; what reaches outwards is large. Counts over the probe steps of the epoch, mean over the seeds; ' +
      `tails where no bin holds ${percent(LEAST_SHARE)} are not drawn but are in the table, whose outermost bins take in all that lies beyond.`,
    data: histogramTable(epochNames, shares, exponentsOf(all, 0)),
  };
}

function histogramTable(epochNames: EpochName[], shares: Shares[][], [low, high]: [number, number]): string {
  const columns = epochNames.flatMap((epochName, index) => (shares[index] ?? []).map((one) => ({ epochName, one })));
  const head = ['From', 'to', ...columns.map(({ epochName, one }) => `${one.group.label}, ${epochName} epoch`)];
  const shareText = (share: number | undefined) => percent(share ?? 0, 3);
  const rows: string[][] = [];
  for (let exponent = high; exponent >= low; exponent--) {
    const edges = [`−${power(2, exponent + 1)}`, `−${power(2, exponent)}`];
    rows.push([...edges, ...columns.map(({ one }) => shareText(one.negative.get(exponent)))]);
  }
  rows.push(['0', '0', ...columns.map(({ one }) => shareText(one.zero))]);
  for (let exponent = low; exponent <= high; exponent++) {
    const edges = [power(2, exponent), power(2, exponent + 1)];
    rows.push([...edges, ...columns.map(({ one }) => shareText(one.positive.get(exponent)))]);
  }
  return rowsTable('Share of all entries per bin, mean over the seeds.', head, rows);
}
