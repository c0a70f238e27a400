import { enumerate, fixed, MISSING, number, percent } from '@kestirme/dashboard/charts';
import { type EpochMetrics, kindNamed, losses } from 'kestirme';
import { metricNames } from '../run/metricNames.js';
import { type Axis, countAxis, linearAxis } from './axes.js';
import { renderPanel } from './charts.js';
import { atEpoch, epochsOf, type Group, type Spread } from './groups.js';
import { type FigureOptions, rowsTable } from './html.js';
import { classesOf, countingError, judgesOf, testImages, trainImages } from './images.js';
import { type KeyOptions, legend } from './legend.js';
import type { Line, Mark, Point, Range, ValueFormat } from './panel.js';
import { type NamedLine, plotData } from './plotData.js';
import { AXIS, type SeriesStyle } from './style.js';

/** Curves over the epochs of a run; epochs count from 1 in all that is drawn and written. */

export type Figure = Omit<FigureOptions, 'number'>;
export type Pick = (metrics: EpochMetrics) => unknown;
export type Format = (value: unknown) => string;

/** A table with a row for each of a thousand epochs would help nobody; metrics.jsonl has them all. */
const MOST_ROWS = 60;
export const DASHED = [5, 4];
export const DOTTED = [1.5, 3.5];

/** Mean, and the range where one is left after rounding. */
export function spreadText(value: Spread | null, format: Format): string {
  if (!value) return MISSING;
  const [mean, low, high] = [format(value.mean), format(value.min), format(value.max)];
  return low === high ? mean : `${mean} (${low} to ${high})`;
}

/** Mean ± standard deviation, as in the terminal's tables; of a share in percent. */
export function deviationText(value: Spread | null, format: Format): string {
  if (!value) return MISSING;
  return value.deviation === null ? format(value.mean) : `${format(value.mean)} ± ${format(value.deviation)}`;
}

export function spreadNote(groups: Group[]): string {
  const several = groups.filter((group) => group.runs.length > 1).length;
  if (several === 0) return 'One seed per line: there is no spread to show.';
  const note = 'Lines are means over the seeds, pale bands the range from the lowest to the highest seed';
  return several === groups.length ? `${note}.` : `${note}; a line without a band has one seed.`;
}

/** The meaning of error bars, where some lines have several seeds and some have one. */
export function errorNote(groups: Group[]): string {
  const [several, one] = [
    groups.some((group) => group.runs.length > 1),
    groups.some((group) => group.runs.length === 1),
  ];
  const seeds = 'Lines are means over the seeds and error bars their standard deviation (±).';
  const counted =
    'error bars of accuracies are the standard error of counting on so many images (±), and losses have none';
  if (!one) return seeds;
  return several ? `${seeds} Where there is one seed, ${counted}.` : `One seed per line: ${counted}.`;
}

export type Counted = 'test' | 'train' | null;

/** Error bars: over the seeds, or for one seed that of counting right answers on the images of `counted`. */
export function curve(group: Group, pick: Pick, counted: Counted, look: Partial<Line> = {}): Line {
  const points: Point[] = [];
  const bars: Range[] = [];
  const [run] = group.runs;
  const images = run && (counted === 'test' ? testImages(run) : counted === 'train' ? trainImages(run) : null);
  for (const epoch of epochsOf([group])) {
    const value = atEpoch(group, epoch, pick);
    if (!value) continue;
    const x = epoch + 1;
    points.push([x, value.mean]);
    const error = value.deviation ?? countingError(value.mean, images ?? null);
    const [low, high] = [value.mean - error, value.mean + error];
    if (error > 0) bars.push(counted === null ? [x, low, high] : [x, Math.max(low, 0), Math.min(high, 1)]);
  }
  return { style: group.style, points, band: [], bars, ...look };
}

export function extremes(lines: Line[]): number[] {
  return lines.flatMap((line) => [
    ...line.points.map((point) => point[1]),
    ...[...line.band, ...(line.bars ?? [])].flatMap(([, low, high]) => [low, high]),
  ]);
}

export function epochAxis(groups: Group[]): Axis {
  return countAxis(
    'Epoch',
    epochsOf(groups).map((epoch) => epoch + 1),
    0.3,
  );
}

/** The whole range, always: an axis that fits itself to the values makes much of little. */
export function accuracyAxis(name: string): Axis {
  return linearAxis({ name, values: [0, 1], bounds: [0, 1], scale: 100, unit: '%' });
}

/** From 0 to at least the loss of guessing. */
export function lossAxis(name: string, lines: Line[], groups: Group[]): Axis {
  return linearAxis({ name, values: extremes(lines), include: [0, ...lossMarks(groups).map((mark) => mark.y)] });
}

function classCounts(groups: Group[]): number[] {
  const counts = groups.flatMap((group) => group.runs.flatMap((run) => classesOf(run) ?? []));
  return [...new Set(counts)].sort((a, b) => a - b);
}

/** Where guessing stands. */
export function accuracyMarks(groups: Group[]): Mark[] {
  return classCounts(groups).map((classes) => ({ y: 1 / classes, label: `guessing, 1 in ${classes}` }));
}

/** What the loss of all runs is, for an axis. */
function lossName(groups: Group[]): string {
  const [first, ...others] = new Set(groups.flatMap(({ runs }) => runs.map(({ config }) => config.loss)));
  const kind = others.length === 0 ? kindNamed(losses, first?.split(':', 1)[0]) : undefined;
  return kind?.help ?? 'Loss';
}

export function lossMarks(groups: Group[]): Mark[] {
  // Of another loss, guessing gives another number.
  if (groups.some(({ runs }) => runs.some(({ config }) => config.loss !== 'cross-entropy'))) return [];
  return classCounts(groups).map((classes) => ({
    y: Math.log(classes),
    label: `guessing, ln ${classes} = ${fixed(Math.log(classes), 2)}`,
  }));
}

/** The last points in words, for a reader who cannot see the chart. */
export function ends(groups: Group[], pick: Pick, format: Format): string {
  return enumerate(
    groups.map(
      (group) => `${group.label} ${deviationText(atEpoch(group, epochsOf([group]).at(-1) ?? 0, pick), format)}`,
    ),
  );
}

export interface Column {
  name: string;
  pick: Pick;
  format: Format;
}

/** Epochs that a table lists, and its sentence on the others. */
export function listedEpochs(groups: Group[]): { epochs: number[]; note: string } {
  const all = epochsOf(groups);
  const every = Math.ceil(all.length / MOST_ROWS);
  return {
    epochs: all.filter((_, index) => index % every === 0 || index === all.length - 1),
    note: every > 1 ? ` One epoch in ${every} is listed; metrics.jsonl of each run has all.` : '',
  };
}

export function epochTable(groups: Group[], columns: Column[], caption: string): string {
  const { epochs, note } = listedEpochs(groups);
  const head = [
    'Epoch',
    ...groups.flatMap((group) => columns.map((column) => [group.label, column.name].filter(Boolean).join(', '))),
  ];
  const rows = epochs.map((epoch) => [
    String(epoch + 1),
    ...groups.flatMap((group) => columns.map(({ pick, format }) => deviationText(atEpoch(group, epoch, pick), format))),
  ]);
  return rowsTable(`${caption} Mean ± standard deviation over the seeds.${note}`, head, rows);
}

/** Data of a panel over the epochs. */
export function epochData(y: string, format: ValueFormat, lines: NamedLine[]) {
  return plotData({ x: 'epoch', y, format, lines, nameOf: (x) => `epoch ${x}` });
}

/** The entry of each group in a legend of groups, which its lines have. */
export function named(groups: Group[], lines: Line[]): NamedLine[] {
  return lines.map((line, index) => ({ name: groups[index]?.label ?? '', line }));
}

export function groupCurves(groups: Group[], pick: Pick, counted: Counted): Line[] {
  return groups.map((group, entry) => curve(group, pick, counted, { entry }));
}

/** A legend of kinds of lines, whatever their colour. */
export function kindLegend(kinds: { label: string; options?: KeyOptions }[]): string {
  const neutral: SeriesStyle = { color: AXIS, dash: [], marker: 'circle' };
  return legend(kinds.map((kind) => ({ style: neutral, ...kind })));
}

export function testFigure(groups: Group[]): Figure {
  const accuracy = groupCurves(groups, (line) => line.testAccuracy, 'test');
  const loss = groupCurves(groups, (line) => line.testLoss, null);
  const judges = judgesIn(groups);
  const title = judges.replace(/^./, (first) => first.toUpperCase());
  return {
    id: 'test',
    title: `${title} images, by the main head alone`,
    legend: legend(groups),
    panels: [
      renderPanel({
        id: 'test-accuracy',
        title: `${title} accuracy`,
        description: `${title} accuracy over epochs. At the end: ${ends(groups, (line) => line.testAccuracy, percent)}.`,
        x: epochAxis(groups),
        y: accuracyAxis('Accuracy'),
        lines: accuracy,
        marks: accuracyMarks(groups),
        data: epochData(`${judges} accuracy`, 'percent', named(groups, accuracy)),
      }),
      renderPanel({
        id: 'test-loss',
        title: `${title} loss`,
        description: `${title} loss over epochs. At the end: ${ends(groups, (line) => line.testLoss, number)}.`,
        x: epochAxis(groups),
        y: lossAxis(lossName(groups), loss, groups),
        lines: loss,
        marks: lossMarks(groups),
        data: epochData(`${judges} loss`, 'number', named(groups, loss)),
      }),
    ],
    caption: `The fair comparison between methods: the same images, the same read-out, no shortcut head. ${errorNote(groups)} The dotted line is where guessing stands.`,
    data: epochTable(
      groups,
      [
        { name: `${judges} accuracy`, pick: (line) => line.testAccuracy, format: percent },
        { name: `${judges} loss`, pick: (line) => line.testLoss, format: number },
      ],
      `${title} images.`,
    ),
  };
}

const judgesIn = (groups: Group[]) => judgesOf(groups.flatMap(({ runs }) => runs));

export function trainingFigure(groups: Group[]): Figure {
  const loss = groups.map((group) => [
    curve(group, (line) => line.trainLoss, null, { dash: [], entry: 0 }),
    curve(group, (line) => line.testLoss, null, { dash: DASHED, hollow: true, entry: 1 }),
  ]);
  const accuracy = groups.map((group) => [
    curve(group, (line) => line.trainAccuracyMain, 'train', { dash: [], entry: 0 }),
    curve(group, (line) => line.testAccuracy, 'test', { dash: DASHED, hollow: true, entry: 1 }),
  ]);
  const judges = judgesIn(groups);
  const kinds = ['training images', `${judges} images`];
  const data = (lines: Line[]): NamedLine[] => lines.map((line, index) => ({ name: kinds[index] ?? '', line }));
  const axis = lossAxis('Loss', loss.flat(), groups);
  return {
    id: 'training',
    title: `Training images against ${judges} images, method by method`,
    legend: kindLegend([{ label: kinds[0] ?? '' }, { label: kinds[1] ?? '', options: { dash: DASHED, hollow: true } }]),
    panels: groups.flatMap((group, index) => [
      renderPanel({
        id: `training-accuracy-${index}`,
        title: `${group.label}: accuracy of the main head`,
        description: `Accuracy of ${group.label}'s main head over epochs: training images (solid) and ${judges} images (dashed). At the end: training ${ends([group], (line) => line.trainAccuracyMain, percent)}, ${judges} ${ends([group], (line) => line.testAccuracy, percent)}.`,
        x: epochAxis(groups),
        y: accuracyAxis('Accuracy'),
        lines: accuracy[index] ?? [],
        marks: accuracyMarks([group]),
        data: epochData(`accuracy of ${group.label}`, 'percent', data(accuracy[index] ?? [])),
        height: 230,
      }),
      renderPanel({
        id: `training-loss-${index}`,
        title: `${group.label}: loss`,
        description: `Training loss (solid) and ${judges} loss (dashed) of ${group.label} over epochs. At the end: training ${ends([group], (line) => line.trainLoss, number)}, ${judges} ${ends([group], (line) => line.testLoss, number)}.`,
        x: epochAxis(groups),
        y: axis,
        lines: loss[index] ?? [],
        marks: lossMarks([group]),
        data: epochData(`loss of ${group.label}`, 'number', data(loss[index] ?? [])),
        height: 230,
      }),
    ]),
    caption:
      `Solid: training images; dashed with open markers: ${judges} images. The training loss is the one that is minimised: of all heads together, ` +
      `augmented images and smoothed labels included, averaged while the weights still move; the ${judges} loss is that of the main head alone and of plain labels, after the epoch. ` +
      `${lossScaleNote(groups)}${errorNote(groups)} The dotted line is where guessing stands. All panels of a kind share their axes.`,
    data: epochTable(
      groups,
      [
        { name: metricNames.trainLoss, pick: (line) => line.trainLoss, format: number },
        { name: metricNames.trainLossMain, pick: (line) => line.trainLossMain, format: number },
        { name: metricNames.trainAccuracy, pick: (line) => line.trainAccuracy, format: percent },
        { name: metricNames.trainAccuracyMain, pick: (line) => line.trainAccuracyMain, format: percent },
      ],
      `Training images; figure 1 has the ${judges} images.`,
    ),
  };
}

function lossScaleNote(groups: Group[]): string {
  const added = groups.some((group) => group.runs.some((run) => run.config.combine === 'losses'));
  return added
    ? "Where heads are combined by their losses, the training loss is the sum of the losses times the heads' weights: guessing then stands that sum of weights times higher than the line. "
    : '';
}
