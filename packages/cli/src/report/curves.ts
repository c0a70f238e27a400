import type { EpochMetrics } from 'kestirme';
import { countAxis, linearAxis } from './axes.js';
import { type Line, type Point, renderPanel } from './charts.js';
import { enumerate, fixed, MISSING, number, percent } from './format.js';
import { atEpoch, epochsOf, type Group, type Spread } from './groups.js';
import { type Cell, type FigureOptions, rowsTable } from './html.js';
import { groupLegend, legend } from './legend.js';
import { AXIS, type SeriesStyle } from './style.js';

export type Figure = Omit<FigureOptions, 'number'>;
type Pick = (metrics: EpochMetrics) => unknown;
type Format = (value: unknown) => string;

/** A table with a row for each of a thousand epochs would help nobody; metrics.jsonl has them all. */
const MOST_ROWS = 60;
const DASHED = [5, 4];
const DOTTED = [1.5, 3.5];

/** Mean, and the range where one is left after rounding. */
export function spreadText(value: Spread | null, format: Format): string {
  if (!value) return MISSING;
  const [mean, low, high] = [format(value.mean), format(value.min), format(value.max)];
  return low === high ? mean : `${mean} (${low} to ${high})`;
}

export function spreadNote(groups: Group[]): string {
  const several = groups.filter((group) => group.runs.length > 1).length;
  if (several === 0) return 'One seed per line: there is no spread to show.';
  const note = 'Lines are means over the seeds, pale bands the range from the lowest to the highest seed';
  return several === groups.length ? `${note}.` : `${note}; a line without a band has one seed.`;
}

function curve(group: Group, epochs: number[], pick: Pick, look: Partial<Line> = {}): Line {
  const points: Point[] = [];
  const band: Line['band'] = [];
  for (const epoch of epochs) {
    const value = atEpoch(group, epoch, pick);
    if (!value) continue;
    points.push([epoch, value.mean]);
    if (value.runs > 1) band.push([epoch, value.min, value.max]);
  }
  return { style: group.style, points, band, ...look };
}

export function extremes(lines: Line[]): number[] {
  return lines.flatMap((line) => [
    ...line.points.map((point) => point[1]),
    ...line.band.flatMap(([, low, high]) => [low, high]),
  ]);
}

function epochAxis(epochs: number[]) {
  return countAxis('Epoch', epochs, 0.3);
}

function accuracyAxis(name: string, lines: Line[]) {
  return linearAxis({ name, values: extremes(lines), bounds: [0, 1], scale: 100, unit: '%' });
}

/** What the last points are, for a reader who cannot see the chart. */
function ends(groups: Group[], pick: Pick, format: Format): string {
  const last = epochsOf(groups).at(-1) ?? 0;
  return enumerate(groups.map((group) => `${group.label} ${spreadText(atEpoch(group, last, pick), format)}`));
}

function epochTable(groups: Group[], columns: { name: string; pick: Pick; format: Format }[], caption: string): string {
  const epochs = epochsOf(groups);
  const every = Math.ceil(epochs.length / MOST_ROWS);
  const shown = epochs.filter((_, index) => index % every === 0 || index === epochs.length - 1);
  const head = [
    'Epoch',
    ...groups.flatMap((group) => columns.map((column) => [group.label, column.name].filter(Boolean).join(', '))),
  ];
  const rows = shown.map((epoch) => [
    String(epoch),
    ...groups.flatMap((group) => columns.map(({ pick, format }) => spreadText(atEpoch(group, epoch, pick), format))),
  ]);
  const thinned = every > 1 ? ` One epoch in ${every} is listed; metrics.jsonl of each run has all.` : '';
  return rowsTable(`${caption} Mean (lowest to highest seed).${thinned}`, head, rows);
}

export function testFigure(groups: Group[]): Figure {
  const epochs = epochsOf(groups);
  const accuracy = groups.map((group) => curve(group, epochs, (line) => line.testAccuracy));
  const loss = groups.map((group) => curve(group, epochs, (line) => line.testLoss));
  return {
    id: 'test',
    title: 'Test images, by the main head alone',
    legend: groupLegend(groups),
    panels: [
      renderPanel({
        id: 'test-accuracy',
        title: 'Test accuracy',
        description: `Test accuracy over epochs. At the end: ${ends(groups, (line) => line.testAccuracy, percent)}.`,
        x: epochAxis(epochs),
        y: accuracyAxis('Right answers', accuracy),
        lines: accuracy,
      }),
      renderPanel({
        id: 'test-loss',
        title: 'Test loss',
        description: `Test loss over epochs. At the end: ${ends(groups, (line) => line.testLoss, number)}.`,
        x: epochAxis(epochs),
        y: linearAxis({ name: 'Cross entropy', values: extremes(loss) }),
        lines: loss,
      }),
    ],
    caption: `The fair comparison between methods: the same images, the same read-out, no shortcut head. ${spreadNote(groups)} Epochs count from 0, as in metrics.jsonl.`,
    data: epochTable(
      groups,
      [
        { name: 'accuracy', pick: (line) => line.testAccuracy, format: percent },
        { name: 'loss', pick: (line) => line.testLoss, format: number },
      ],
      'Test images.',
    ),
  };
}

export function trainingFigure(groups: Group[]): Figure {
  const epochs = epochsOf(groups);
  const loss = groups.map((group) => [
    curve(group, epochs, (line) => line.trainLoss, { dash: [] }),
    curve(group, epochs, (line) => line.testLoss, { dash: DASHED, hollow: true }),
  ]);
  const accuracy = groups.map((group) => [
    curve(group, epochs, (line) => line.trainAccuracy, {
      dash: DOTTED,
      markerSize: epochs.length > 1 ? 0 : 4,
      band: [],
    }),
    curve(group, epochs, (line) => line.trainAccuracyMain, { dash: [] }),
    curve(group, epochs, (line) => line.testAccuracy, { dash: DASHED, hollow: true }),
  ]);
  const lossAxis = linearAxis({ name: 'Loss', values: extremes(loss.flat()), include: [0] });
  const shareAxis = accuracyAxis('Right answers', accuracy.flat());
  const neutral: SeriesStyle = { color: AXIS, dash: [], marker: 'circle' };
  return {
    id: 'training',
    title: 'Training against test, method by method',
    legend: legend([
      { style: neutral, label: 'training images (accuracy: main head)' },
      {
        style: { ...neutral, dash: DASHED },
        label: 'test images, main head',
        options: { hollow: true },
      },
      {
        style: { ...neutral, dash: DOTTED },
        label: 'training images, combined output',
        options: { bare: epochs.length > 1 },
      },
    ]),
    panels: groups.flatMap((group, index) => [
      renderPanel({
        id: `training-loss-${index}`,
        title: `${group.label}: loss`,
        description: `Training loss (solid) and test loss (dashed) of ${group.label} over epochs. At the end: training ${ends([group], (line) => line.trainLoss, number)}, test ${ends([group], (line) => line.testLoss, number)}.`,
        x: epochAxis(epochs),
        y: lossAxis,
        lines: loss[index] ?? [],
        height: 230,
      }),
      renderPanel({
        id: `training-accuracy-${index}`,
        title: `${group.label}: accuracy`,
        description: `Accuracy of ${group.label} over epochs: training images with the combined output (dotted) and with the main head (solid), test images with the main head (dashed). At the end: ${ends([group], (line) => line.trainAccuracy, percent)}, main head ${ends([group], (line) => line.trainAccuracyMain, percent)}, test ${ends([group], (line) => line.testAccuracy, percent)}.`,
        x: epochAxis(epochs),
        y: shareAxis,
        lines: accuracy[index] ?? [],
        height: 230,
      }),
    ]),
    caption:
      'Solid: training images; dashed with open markers: test images. The training loss is the one that is minimised: of the combined output, ' +
      'augmented images and smoothed labels included, averaged while the weights still move; the test loss is plain cross entropy of the main head after the epoch. ' +
      'The dotted line is the accuracy of the combined output on training images: in vanilla training it is the main head. All panels of a kind share their axes.',
    data: epochTable(
      groups,
      [
        { name: 'training loss', pick: (line) => line.trainLoss, format: number },
        { name: 'training accuracy, combined', pick: (line) => line.trainAccuracy, format: percent },
        { name: 'training accuracy, main head', pick: (line) => line.trainAccuracyMain, format: percent },
      ],
      'Training images; figure 1 has the test images.',
    ),
  };
}

/** Lambda and the weights of the shortcut heads. Heads that share one weight through all epochs share a line. */
export function lambdaFigure(groups: Group[]): Figure {
  const epochs = epochsOf(groups);
  const main = groups.map((group) => curve(group, epochs, (line) => line.lambda));
  const side = groups.flatMap((group) =>
    distinctHeads(group).map((head) => curve(group, epochs, (line) => line.headWeights?.[head])),
  );
  const headCounts = groups.map((group) => ({ group, count: headCount(group) }));
  const without = headCounts.filter(({ count }) => count === 0).map(({ group }) => group.label);
  const counted = headCounts.filter(({ count }) => count > 0).map(({ group, count }) => `${group.label} ${count}`);
  const values = extremes([...main, ...side]);
  const axis = (name: string) => linearAxis({ name, values, include: [0, 1] });
  const rows: Cell[][] = groups.flatMap((group) =>
    epochs.map((epoch) => {
      const weights = group.runs[0]?.metrics.find((line) => line.epoch === epoch)?.headWeights ?? [];
      const mean = atEpoch(group, epoch, (line) => line.lambda);
      const sides = weights.slice(1).map((weight) => fixed(weight, 4));
      return [
        group.label,
        String(epoch),
        spreadText(mean, (value) => fixed(value, 4)),
        sides.length === 0 ? 'none' : new Set(sides).size === 1 ? `${sides[0]} (${sides.length}×)` : sides.join(', '),
        spreadText(
          atEpoch(group, epoch, (line) => line.lr),
          number,
        ),
      ];
    }),
  );
  const every = Math.ceil(epochs.length / MOST_ROWS);
  return {
    id: 'lambda',
    title: 'Lambda and the weights of the heads',
    legend: groupLegend(groups),
    panels: [
      renderPanel({
        id: 'lambda-main',
        title: 'Main head (lambda)',
        description: `Weight of the main head over epochs. At the end: ${ends(groups, (line) => line.lambda, number)}.`,
        x: epochAxis(epochs),
        y: axis('Weight'),
        lines: main,
        height: 240,
      }),
      side.length > 0 &&
        renderPanel({
          id: 'lambda-side',
          title: 'Each shortcut head',
          description: `Weight of each shortcut head over epochs. At the end: ${ends(groups, (line) => line.headWeights?.[1], number)}.`,
          x: epochAxis(epochs),
          y: axis('Weight'),
          lines: side,
          height: 240,
        }),
    ].filter((panel) => panel !== false),
    notes: without.length > 0 ? [`No shortcut heads: ${enumerate(without)}.`] : [],
    caption: `Weights in the first step of each epoch.${counted.length > 0 ? ` Shortcut heads: ${enumerate(counted)}.` : ''} The sum of the weights scales the loss's gradient: compare it before comparing sizes of gradients between methods.`,
    data: rowsTable(
      'Weights of the heads and learning rate.',
      ['Method', 'Epoch', 'Lambda (main head)', 'Shortcut heads', 'Learning rate'],
      rows.filter((_, row) => (row % epochs.length) % every === 0 || (row + 1) % epochs.length === 0),
      [3],
    ),
  };
}

function headCount(group: Group): number {
  return Math.max(0, (group.runs[0]?.metrics[0]?.headWeights?.length ?? 1) - 1);
}

/** Indices of heads whose weights differ from those of all earlier shortcut heads in some epoch. */
function distinctHeads(group: Group): number[] {
  const heads = new Map<string, number>();
  for (let head = 1; head <= headCount(group); head++) {
    const weights = JSON.stringify(group.runs.map((run) => run.metrics.map((line) => line.headWeights?.[head])));
    if (!heads.has(weights)) heads.set(weights, head);
  }
  return [...heads.values()];
}
