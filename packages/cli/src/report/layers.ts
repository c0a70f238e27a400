import { enumerate, number, percent } from '@kestirme/dashboard/charts';
import type { EpochMetrics } from 'kestirme';
import { isConvWeight, isProjection } from '../run/gradientRatio.js';
import { type Axis, countAxis, linearAxis, logAxis } from './axes.js';
import { renderPanel } from './charts.js';
import { extremes, type Figure, spreadNote, spreadText } from './curves.js';
import { type EpochName, epochNamesOf, epochTitle, type Group, orderedNames, overRuns } from './groups.js';
import { type Cell, code, rowsTable } from './html.js';
import { legend } from './legend.js';
import type { Line, Point, Zone } from './panel.js';
import { plotData } from './plotData.js';

/** Figures over the depth of the network: a number per layer, first epoch beside last. */

/** More stages than this have no room for their names. */
const MOST_ZONES = 9;

interface LayerQuantity {
  id: string;
  title: string;
  axis: string;
  x: string;
  names: string[];
  scale: 'log' | 'linear';
  pick: (metrics: EpochMetrics, name: string) => unknown;
  format: (value: unknown) => string;
  caption: string;
  noun: string;
}

export function layerOf(parameter: string): string {
  return parameter.replace(/\.weight$/, '');
}

export function stageOf(name: string): string {
  return name.split('.')[0] ?? name;
}

export function convParameters(groups: Group[]): string[] {
  return orderedNames(groups, (line) => line.gradients.weights).filter(isConvWeight);
}

function zonesOf(names: string[]): Zone[] {
  const zones: Zone[] = [];
  names.forEach((name, index) => {
    const label = stageOf(name);
    const last = zones.at(-1);
    if (last?.label === label) last.to = index + 1.5;
    else zones.push({ from: index + 0.5, to: index + 1.5, label, shaded: zones.length % 2 === 1 });
  });
  return zones.length > MOST_ZONES ? [] : zones;
}

/** The line along the main path, and bare open markers for the projections beside it. */
function linesOf(group: Group, entry: number, epochName: EpochName, { names, scale, pick }: LayerQuantity): Line[] {
  const path: Line = { style: group.style, entry, points: [], band: [] };
  const beside: Line = { style: group.style, entry, points: [], band: [], joined: false, hollow: true };
  names.forEach((name, index) => {
    const value = overRuns(group, epochName, (metrics) => pick(metrics, name));
    if (!value || (scale === 'log' && value.mean <= 0)) return;
    const line = isProjection(name) ? beside : path;
    line.points.push([index + 1, value.mean]);
    if (value.runs > 1) line.band.push([index + 1, value.min, value.max]);
  });
  return [path, beside];
}

export function toLog(line: Line, axis: Axis): Line {
  // A seed whose value is 0 has no logarithm: its band ends at the axis.
  const log = (value: number) => (value > 0 ? Math.log10(value) : axis.min);
  return {
    ...line,
    points: line.points.map(([x, y]): Point => [x, log(y)]),
    band: line.band.map(([x, low, high]) => [x, log(low), log(high)]),
    bars: (line.bars ?? []).map(([x, low, high]) => [x, log(low), log(high)]),
  };
}

function zeroNotes(groups: Group[], { names, scale, pick }: LayerQuantity): string[] {
  if (scale !== 'log') return [];
  return epochNamesOf(groups).flatMap((epochName) =>
    groups.flatMap((group) => {
      const zero = names.filter((name) => overRuns(group, epochName, (line) => pick(line, name))?.mean === 0);
      const where = epochTitle(epochName, groups).toLowerCase();
      return zero.length > 0
        ? [`Exactly zero, so not on a logarithmic axis (${where}, ${group.label}): ${enumerate(zero.map(layerOf), 6)}.`]
        : [];
    }),
  );
}

function layerFigure(groups: Group[], quantity: LayerQuantity): Figure {
  const { id, title, names, scale, noun, format, pick } = quantity;
  const epochNames = epochNamesOf(groups);
  const lines = epochNames.map((epochName) =>
    groups.flatMap((group, entry) => linesOf(group, entry, epochName, quantity)),
  );
  const values = extremes(lines.flat());
  const axis =
    scale === 'log'
      ? logAxis(quantity.axis, values)
      : linearAxis({ name: quantity.axis, values, include: [0], scale: 100, unit: '%' });
  const zones = zonesOf(names);
  const headroom = zones.length > 0 ? (axis.max - axis.min) * 0.08 : 0;
  const y = { ...axis, max: axis.max + headroom };
  const panels = epochNames.map((epochName, index) =>
    renderPanel({
      id: `${id}-${epochName}`,
      title: epochTitle(epochName, groups),
      description: describe(groups, epochName, quantity),
      x: countAxis(
        quantity.x,
        names.map((_, position) => position + 1),
        0.5,
      ),
      y,
      lines: (lines[index] ?? []).map((line) => (scale === 'log' ? toLog(line, axis) : line)),
      zones,
      data: plotData({
        x: noun,
        y: quantity.axis,
        format: scale === 'log' ? 'number' : 'percent',
        // Two lines for each group: the path, and what lies beside it.
        lines: (lines[index] ?? []).map((line, at) => ({ name: groups[at >> 1]?.label ?? '', line })),
        nameOf: (x) => layerOf(names[x - 1] ?? ''),
      }),
      height: 320,
    }),
  );
  const head = [
    noun,
    ...epochNames.flatMap((epochName) => groups.map((group) => `${group.label}, ${epochName} epoch`)),
  ];
  const rows: Cell[][] = names.map((name, index) => [
    { html: `${index + 1}. ${code(layerOf(name)).html}` },
    ...epochNames.flatMap((epochName) =>
      groups.map((group) =>
        spreadText(
          overRuns(group, epochName, (metrics) => pick(metrics, name)),
          format,
        ),
      ),
    ),
  ]);
  const projections = names.some(isProjection)
    ? ' Open markers beside the line: 1×1 convolutions on residual connections, which are not steps of the main path.'
    : '';
  return {
    id,
    title,
    legend: legend(groups),
    panels,
    notes: zeroNotes(groups, quantity),
    caption: `${quantity.caption}${projections} ${spreadNote(groups)}`,
    data: rowsTable(`${title}. Mean (lowest to highest seed).`, head, rows),
  };
}

function describe(groups: Group[], epochName: EpochName, { names, pick, format, axis }: LayerQuantity): string {
  const [first = '', last = ''] = [names[0], names.findLast((name) => !isProjection(name))];
  const parts = groups.map((group) => {
    const at = (name: string) => format(overRuns(group, epochName, (metrics) => pick(metrics, name))?.mean);
    return `${group.label} from ${at(first)} to ${at(last)}`;
  });
  return `${axis} per layer in network order, from ${layerOf(first)} to ${layerOf(last)}: ${parts.join('; ')}.`;
}

export function tapFigure(groups: Group[]): Figure {
  const names = orderedNames(groups, (line) => line.gradients.taps);
  const zeros = zeroShareTable(groups, names, 'Tap', (line, name) => line.gradients.taps[name]?.zeroShare);
  const figure = layerFigure(groups, {
    id: 'taps',
    title: 'Size of the gradient at each tap',
    axis: 'L2 norm of the gradient',
    x: 'Tap, in network order',
    names,
    scale: 'log',
    pick: (line, name) => line.gradients.taps[name]?.norm,
    format: number,
    noun: 'Tap',
    caption:
      'Gradient of the loss with respect to the spikes where a shortcut head may read: what arrives there from above, plus what a head adds in place. ' +
      'The data table also lists the share of entries that are exactly zero.',
  });
  return { ...figure, data: figure.data + zeros };
}

export function zeroShareTable(
  groups: Group[],
  names: string[],
  noun: string,
  pick: (metrics: EpochMetrics, name: string) => unknown,
): string {
  const epochNames = epochNamesOf(groups);
  const head = [
    noun,
    ...epochNames.flatMap((epochName) => groups.map((group) => `${group.label}, ${epochName} epoch`)),
  ];
  const rows: Cell[][] = names.map((name) => [
    code(layerOf(name)),
    ...epochNames.flatMap((epochName) =>
      groups.map((group) =>
        spreadText(
          overRuns(group, epochName, (metrics) => pick(metrics, name)),
          percent,
        ),
      ),
    ),
  ]);
  return rowsTable('Share of gradient entries that are exactly zero. Mean (lowest to highest seed).', head, rows);
}

export function firingFigure(groups: Group[]): Figure {
  return layerFigure(groups, {
    id: 'firing',
    title: 'Firing rate of each LIF layer',
    axis: 'Share of ones among all spikes',
    x: 'LIF layer, in network order',
    names: orderedNames(groups, (line) => line.firingRates),
    scale: 'linear',
    pick: (line, name) => line.firingRates[name],
    format: percent,
    noun: 'LIF layer',
    caption:
      'How often the neurons of a layer fire, over all time steps, places and channels. A layer near 0% passes nothing on; ' +
      'the work of the network grows with these rates.',
  });
}
