import { enumerate, fixed, number, percent } from '@kestirme/dashboard/charts';
import type { EpochMetrics } from 'kestirme';
import { headsText, metricNames } from '../run/metricNames.js';
import { type Axis, linearAxis } from './axes.js';
import { renderPanel } from './charts.js';
import {
  accuracyAxis,
  accuracyMarks,
  curve,
  DASHED,
  DOTTED,
  deviationText,
  ends,
  epochAxis,
  epochData,
  errorNote,
  extremes,
  type Figure,
  kindLegend,
  listedEpochs,
  lossAxis,
  lossMarks,
} from './curves.js';
import { atEpoch, epochsOf, type Group } from './groups.js';
import { type Cell, rowsTable } from './html.js';
import type { Line } from './panel.js';

const KINDS = ['main head', 'all heads together', 'a shortcut head'] as const;

/** The main head against all heads together, and below it the weights of the heads; null where no method has others. */
export function headsFigure(groups: Group[]): Figure | null {
  const shown = groups.filter((group) => shortcutCount(group) > 0);
  if (shown.length === 0) return null;
  const weights = shown.map(weightLines);
  const axis = linearAxis({
    name: 'Weight',
    values: extremes(weights.flat().map(({ line }) => line)),
    include: [0, 1],
  });
  const losses = lossAxis(
    'Loss',
    shown.flatMap((group) => headLines(group, LOSS)),
    groups,
  );
  const without = groups.filter((group) => !shown.includes(group)).map((group) => group.label);
  const counted = enumerate(shown.map((group) => `${group.label} ${shortcutCount(group)}`));
  return {
    id: 'heads',
    title: 'The main head against all heads together, on training images',
    legend: kindLegend([
      { label: KINDS[0] },
      { label: KINDS[1], options: { dash: DOTTED, hollow: true } },
      { label: `${KINDS[2]} (weights)`, options: { dash: DASHED, bare: true } },
    ]),
    panels: shown.map((group, index) => {
      const accuracy = headsPanel(group, groups, index, ACCURACY, accuracyAxis('Accuracy'));
      const answers = `${accuracy}${headsPanel(group, groups, index, LOSS, losses)}`;
      return `<div class="stack">${answers}${weightPanel(group, groups, weights[index] ?? [], axis, index)}</div>`;
    }),
    notes: without.length > 0 ? [`No shortcut heads: ${enumerate(without)}.`] : [],
    caption:
      'Above: accuracy and loss of the main head, the only one that stays, and of all heads as they are combined, which is what is minimised. ' +
      `Where the dotted line is far above the solid one, the shortcut heads know what the main head has not learned. ${errorNote(shown)} ` +
      `Below: the weights in the first step of each epoch. Shortcut heads: ${counted}.`,
    data: weightsTable(groups),
  };
}

export function shortcutCount(group: Group): number {
  return Math.max(0, ...group.runs.map((run) => (run.metrics[0]?.headWeights?.length ?? 1) - 1));
}

/** Told of the main head and of all heads; of runs that do not tell the former, the line of all heads is alone. */
const ACCURACY = {
  name: 'accuracy',
  main: (line: EpochMetrics) => line.trainAccuracyMain,
  all: (line: EpochMetrics) => line.trainAccuracy,
  images: 'train',
  format: 'percent',
  text: percent,
  marks: accuracyMarks,
} as const;

const LOSS = {
  name: 'loss',
  main: (line: EpochMetrics) => line.trainLossMain,
  all: (line: EpochMetrics) => line.trainLoss,
  images: null,
  format: 'number',
  text: number,
  marks: lossMarks,
} as const;

type Measure = typeof ACCURACY | typeof LOSS;

function headLines(group: Group, { main, all, images }: Measure): Line[] {
  return [
    curve(group, main, images, { dash: [], entry: 0 }),
    curve(group, all, images, { dash: DOTTED, hollow: true, entry: 1 }),
  ];
}

function headsPanel(group: Group, groups: Group[], index: number, measure: Measure, y: Axis): string {
  const { name, main, all, format, text, marks } = measure;
  const lines = headLines(group, measure);
  return renderPanel({
    id: `heads-${name}-${index}`,
    title: `${group.label}: ${name} on training images`,
    description: `${y.name} on training images over epochs. At the end: main head ${ends([group], main, text)}, all heads together ${ends([group], all, text)}.`,
    x: epochAxis(groups),
    y,
    lines,
    marks: marks([group]),
    data: epochData(
      `train ${name} of ${group.label}`,
      format,
      lines.map((line, kind) => ({ name: KINDS[kind] ?? '', line })),
    ),
    height: 230,
  });
}

/** Heads that share one weight through all epochs share a line. */
function weightLines(group: Group): { name: string; line: Line }[] {
  const main = curve(group, (line) => line.headWeights?.[0], null, { dash: [], entry: 0 });
  const heads = distinctHeads(group);
  const side = heads.map((head) => ({
    name: heads.length === 1 ? 'each shortcut head' : `shortcut head ${head}`,
    line: curve(group, (line) => line.headWeights?.[head], null, {
      dash: DASHED,
      hollow: true,
      entry: 2,
      markerSize: 5,
    }),
  }));
  return [{ name: KINDS[0], line: main }, ...side];
}

function weightPanel(
  group: Group,
  groups: Group[],
  lines: { name: string; line: Line }[],
  y: ReturnType<typeof linearAxis>,
  index: number,
): string {
  const said = epochsOf([group]).flatMap((epoch) => {
    const weights = group.runs[0]?.metrics.find((line) => line.epoch === epoch)?.headWeights;
    return weights ? [`${headsText(weights)} in epoch ${epoch + 1}`] : [];
  });
  return renderPanel({
    id: `heads-weights-${index}`,
    title: `${group.label}: weights of the heads`,
    description: `Weights of the heads, main head : shortcut heads. ${enumerate(said, 12)}.`,
    x: epochAxis(groups),
    y,
    lines: lines.map(({ line }) => line),
    data: epochData(`weight in ${group.label}`, 'number', lines),
    height: 190,
  });
}

function weightsTable(groups: Group[]): string {
  const { epochs, note } = listedEpochs(groups);
  const rows: Cell[][] = groups.flatMap((group) =>
    epochs.flatMap((epoch) => {
      const metrics = group.runs.flatMap((run) => run.metrics.filter((line) => line.epoch === epoch));
      if (metrics.length === 0) return [];
      const told = [...new Set(metrics.map((line) => headsText(line.headWeights ?? [])))];
      return [
        [
          group.label,
          String(epoch + 1),
          told.join('; '),
          deviationText(
            atEpoch(group, epoch, (line) => line.trainAccuracyMain),
            percent,
          ),
          deviationText(
            atEpoch(group, epoch, (line) => line.trainAccuracy),
            percent,
          ),
          deviationText(
            atEpoch(group, epoch, (line) => line.lambda),
            (value) => fixed(value, 4),
          ),
          deviationText(
            atEpoch(group, epoch, (line) => line.lr),
            number,
          ),
        ],
      ];
    }),
  );
  const head = [
    'Method',
    'Epoch',
    'Heads (main : shortcut)',
    metricNames.trainAccuracyMain,
    metricNames.trainAccuracy,
    'lambda',
    'lr',
  ];
  return rowsTable(`Weights of the heads, as the terminal shows them, and learning rate.${note}`, head, rows, [2]);
}

/** Indices of heads whose weights differ from those of all earlier shortcut heads in some epoch. */
function distinctHeads(group: Group): number[] {
  const heads = new Map<string, number>();
  for (let head = 1; head <= shortcutCount(group); head++) {
    const weights = JSON.stringify(group.runs.map((run) => run.metrics.map((line) => line.headWeights?.[head])));
    if (!heads.has(weights)) heads.set(weights, head);
  }
  return [...heads.values()];
}
