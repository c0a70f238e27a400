/** How the gradient spreads over the depth of the network, as the epochs go by. */

import { enumerate, number } from '@kestirme/dashboard/charts';
import type { EpochMetrics } from 'kestirme';
import {
  gradientRatio,
  gradientRatioMeaning,
  gradientRatioName,
  isProjection,
  relativeGradients,
} from '../run/gradientRatio.js';
import { logAxis } from './axes.js';
import { renderPanel } from './charts.js';
import { type ColourScale, ratioScale, scaleLegend, sizeScale } from './colourScale.js';
import {
  curve,
  deviationText,
  ends,
  epochAxis,
  epochData,
  epochTable,
  extremes,
  type Figure,
  named,
} from './curves.js';
import { atEpoch, epochsOf, type Group, spread } from './groups.js';
import { columnsOf, type HeatMap, renderHeatMap } from './heatmap.js';
import { type Cell, code, rowsTable } from './html.js';
import { convParameters, layerOf, toLog, zeroShareTable } from './layers.js';
import { legend } from './legend.js';
import type { Line } from './panel.js';

/** Epochs of each method that the table lists. */
const MOST_LISTED = 4;

/** The gradient ratio over the epochs: null where no run tells it. */
export function ratioFigure(groups: Group[]): Figure | null {
  const lines = groups.map((group, entry) => withoutZeros(curve(group, gradientRatio, null, { entry })));
  if (lines.every((line) => line.points.length === 0)) return null;
  const axis = logAxis('Ratio (logarithmic)', [...extremes(lines), 1]);
  return {
    id: 'ratio',
    title: 'The gradient ratio: first convolution against the last',
    legend: legend(groups),
    panels: [
      renderPanel({
        id: 'ratio-epochs',
        title: 'Gradient ratio',
        description: `Gradient ratio over epochs. At the end: ${ends(groups, gradientRatio, number)}.`,
        x: epochAxis(groups),
        y: axis,
        lines: lines.map((line) => toLog(line, axis)),
        marks: [{ y: 0, label: 'as much as the last' }],
        data: epochData(gradientRatioName, 'number', named(groups, lines)),
      }),
    ],
    caption:
      `${sentence(gradientRatioMeaning)}. Below 1 the first layers get less than the last, as the paper says of vanilla training; ` +
      'neither the scale of the loss nor the size of the weights changes it. Error bars are the standard deviation over the seeds. ' +
      'It is the number of the same name in the table that “compare” prints.',
    data: epochTable(groups, [{ name: gradientRatioName, pick: gradientRatio, format: number }], 'Gradient ratio.'),
  };
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A logarithmic axis has no place for 0, nor for the lower end of an error bar that reaches below it. */
function withoutZeros(line: Line): Line {
  const points = line.points.filter(([, value]) => value > 0);
  const kept = new Set(points.map(([x]) => x));
  const value = new Map(points);
  const bars = (line.bars ?? [])
    .filter(([x]) => kept.has(x))
    .map(([x, low, high]): [number, number, number] => [x, low > 0 ? low : (value.get(x) ?? high) / 10, high]);
  return { ...line, points, bars };
}

interface Quantity {
  id: string;
  /** The quantity that the cells show. */
  name: string;
  of: (metrics: EpochMetrics) => ReadonlyMap<string, number>;
  scaleOf: (values: unknown[]) => ColourScale;
  legendTitle: string;
}

const RELATIVE: Quantity = {
  id: 'relative',
  name: 'gradient per norm of the weights, against the last convolution',
  of: relativeGradients,
  scaleOf: ratioScale,
  legendTitle: 'Gradient per norm of the weights, as a multiple of that at the last convolution',
};

const ABSOLUTE: Quantity = {
  id: 'absolute',
  name: 'norm of the gradient',
  of: (metrics) => new Map(Object.entries(metrics.gradients.weights).map(([name, { norm }]) => [name, norm])),
  scaleOf: sizeScale,
  legendTitle: 'L2 norm of the gradient',
};

/** A heat map for each method; null where the runs have no convolutions. */
export function gradientFigure(groups: Group[]): Figure | null {
  const names = convParameters(groups);
  if (names.length === 0) return null;
  const relative = mapsOf(groups, names, RELATIVE);
  const absolute = mapsOf(groups, names, ABSOLUTE);
  const shown = relative ?? absolute;
  if (!shown) return null;
  const { every } = columnsOf(groups);
  const thinned = every > 1 ? ` A column stands for ${every} epochs and shows the first of them.` : '';
  const old =
    'These runs have no norms of weights, which versions before did not record: only the absolute norms can be drawn.';
  return {
    id: 'depth-map',
    title: 'Gradient at each convolution, epoch by epoch',
    legend: shown.legend,
    panels: shown.panels,
    notes: [...(relative ? [] : [old]), ...zeroNotes(groups, names)],
    caption:
      'Rows are the convolutions, the first one (next to the image) at the top, columns the epochs. ' +
      (relative
        ? "The L2 norm of the loss's gradient with respect to a convolution's weights, divided by the norm of these weights, and by the same at the last convolution: " +
          'grey is as much as there, blue less, orange more. It does not depend on how the loss and its heads are scaled. '
        : '') +
      `The bar above the cells marks epochs in which shortcut heads have weight. ${projectionNote(names)}Means over the probe steps of the epoch and over the seeds.${thinned}`,
    ...(relative && absolute
      ? {
          more: {
            summary: 'The absolute norms',
            body:
              `${absolute.legend}<div class="panels">${absolute.panels.join('\n')}</div>` +
              '<p class="note">L2 norm of the loss\'s gradient with respect to each convolution\'s weights. It mixes the depth of a layer with the number and size of its weights and with the weights of the heads, ' +
              'so compare it within a column rather than between methods.</p>',
          },
        }
      : {}),
    data:
      depthTable(groups, names, relative ? RELATIVE : ABSOLUTE) +
      zeroShareTable(groups, names, 'Convolution', (line, name) => line.gradients.weights[name]?.zeroShare),
  };
}

function projectionNote(names: string[]): string {
  return names.some(isProjection)
    ? 'Rows named “down” are 1×1 convolutions on residual connections, which are not steps of the main path. '
    : '';
}

function mapsOf(groups: Group[], names: string[], quantity: Quantity): { legend: string; panels: string[] } | null {
  const { epochs } = columnsOf(groups);
  const means = groups.map((group) => meansOf(group, epochs, names, quantity));
  const values = means.flatMap((found) => [...found.values()]);
  if (values.length === 0) return null;
  const scale = quantity.scaleOf(values);
  const panels = groups.map((group, index) => {
    const meanAt = (name: string, epoch: number) => means[index]?.get(`${epoch} ${name}`) ?? null;
    const map: HeatMap = {
      id: `depth-${quantity.id}-${index}`,
      title: group.label,
      description: describe(group, names, quantity, meanAt),
      group,
      groups,
      names,
      scale,
      meanAt,
      marked: (epoch) =>
        group.runs.some((run) =>
          run.metrics.some((line) => line.epoch === epoch && (line.headWeights ?? []).slice(1).some((one) => one > 0)),
        ),
      quantity: `${quantity.name}, ${group.label}`,
    };
    return renderHeatMap(map);
  });
  return { legend: scaleLegend(scale, quantity.legendTitle), panels };
}

/** By epoch and name. */
function meansOf(group: Group, epochs: number[], names: string[], { of }: Quantity): Map<string, number> {
  const found = new Map<string, number>();
  for (const epoch of epochs) {
    const all = group.runs.flatMap((run) => run.metrics.filter((line) => line.epoch === epoch).map(of));
    for (const name of names) {
      const mean = spread(all.map((one) => one.get(name)))?.mean;
      if (mean !== undefined) found.set(`${epoch} ${name}`, mean);
    }
  }
  return found;
}

function describe(
  group: Group,
  names: string[],
  { name: quantity }: Quantity,
  meanAt: (name: string, epoch: number) => number | null,
): string {
  const epochs = epochsOf([group]);
  const [first = 0, last = 0] = [columnsOf([group]).epochs[0], columnsOf([group]).epochs.at(-1)];
  const ofPath = names.filter((name) => !isProjection(name));
  const at = (epoch: number) =>
    `in epoch ${epoch + 1} ${number(meanAt(ofPath[0] ?? '', epoch))} at the first and ${number(meanAt(ofPath.at(-1) ?? '', epoch))} at the last convolution`;
  return `Heat map of ${names.length} convolutions over ${epochs.length} epochs, ${quantity}: ${enumerate([...new Set([at(first), at(last)])])}.`;
}

function zeroNotes(groups: Group[], names: string[]): string[] {
  return groups.flatMap((group) => {
    const epochs = epochsOf([group]);
    const zero = names.filter((name) =>
      epochs.some((epoch) => atEpoch(group, epoch, (line) => line.gradients.weights[name]?.norm)?.mean === 0),
    );
    return zero.length > 0
      ? [`The gradient is exactly zero in some epoch (${group.label}): ${enumerate(zero.map(layerOf), 6)}.`]
      : [];
  });
}

function depthTable(groups: Group[], names: string[], { of, legendTitle }: Quantity): string {
  const columns = groups.flatMap((group) => listed(epochsOf([group])).map((epoch) => ({ group, epoch })));
  const head = ['Convolution', ...columns.map(({ group, epoch }) => `${group.label}, epoch ${epoch + 1}`)];
  const rows: Cell[][] = names.map((name, index) => [
    { html: `${index + 1}. ${code(layerOf(name)).html}` },
    ...columns.map(({ group, epoch }) =>
      deviationText(
        atEpoch(group, epoch, (line) => of(line).get(name)),
        number,
      ),
    ),
  ]);
  return rowsTable(`${legendTitle}. Mean ± standard deviation over the seeds; the CSV has more epochs.`, head, rows);
}

/** Evenly from the first to the last. */
function listed(epochs: number[]): number[] {
  if (epochs.length <= MOST_LISTED) return epochs;
  const at = (place: number) => epochs[Math.round((place * (epochs.length - 1)) / (MOST_LISTED - 1))] ?? 0;
  return Array.from({ length: MOST_LISTED }, (_, place) => at(place));
}
