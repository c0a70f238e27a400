import { enumerate, MISSING } from '@kestirme/dashboard/charts';
import { methods } from 'kestirme';
import type { ModelFacts } from '../run/modelFacts.js';
import { type NetworkCell, type NetworkColumn, type NetworkRow, networkTable } from '../run/networkTable.js';
import type { RunRecord } from '../run/record.js';
import { splitBy } from '../run/splitBy.js';
import { cellFigures, mostSeeds } from '../terminal/networkTable.js';
import type { Axis } from './axes.js';
import { renderPanel } from './charts.js';
import { accuracyAxis, type Figure } from './curves.js';
import { rowsTable } from './html.js';
import { countingError } from './images.js';
import { legend } from './legend.js';
import type { Mark as Level, Line } from './panel.js';
import { type NamedLine, plotData } from './plotData.js';
import { type SeriesStyle, styleOf } from './style.js';

/** Networks that differ in depth alone: of the same blocks and channels. */
interface Family {
  key: string;
  residual: boolean;
  channels: string;
}

interface Mark {
  row: NetworkRow;
  depth: number;
  family: Family;
}

/** One method on the networks of one family, by depth. */
interface Series {
  label: string;
  style: SeriesStyle;
  hollow: boolean;
  cells: { depth: number; cell: NetworkCell; images: number | null }[];
}

const DASHED = [5, 4];
/** Between the marks of methods at one depth, as a share of the axis. */
const NUDGE = 0.006;

/** Accuracy over depth. Null when no family of networks has two depths. */
export function depthFigure(runs: RunRecord[]): Figure | null {
  const made = networkTable(runs);
  const marks = made.rows.flatMap((row): Mark[] => {
    const { facts } = row;
    return facts === null ? [] : [{ row, depth: facts.depth, family: familyOf(facts) }];
  });
  // Runs that more than the network tells apart are not on one line, nor in one panel.
  const panels = splitBy(marks, ({ row }) => JSON.stringify([row.timeSteps, row.settings])).filter(hasDepths);
  if (panels.length === 0) return null;
  const families = splitBy(panels.flat(), ({ family }) => family.key).map(([{ family }]) => family);
  const series = panels.map((panel) => seriesOf(panel, made.columns, families));
  const entries = splitBy(series.flat(), ({ label }) => label);
  const entryOf = ({ label }: Series) => entries.findIndex(([first]) => first.label === label);
  const most = mostSeeds(made);
  return {
    id: 'accuracy-over-depth',
    title: 'Test accuracy over depth',
    legend: legend(entries.map(([{ label, style, hollow }]) => ({ style, label, options: { hollow } }))),
    panels: panels.map((panel, place) => {
      const [{ row }] = panel;
      const title = [`T = ${row.timeSteps}`, row.settings].filter(Boolean).join(', ');
      const own = series[place] ?? [];
      const x = depthAxis(panel);
      const lines = own.map((one, at): NamedLine => {
        return { name: one.label, line: drawn(one, entryOf(one), at - (own.length - 1) / 2, x) };
      });
      return renderPanel({
        id: `accuracy-over-depth-${place}`,
        title,
        description: `Test accuracy over the number of layers, ${title}. ${own.map((one) => inWords(one, most)).join('; ')}.`,
        x,
        y: accuracyAxis('Accuracy'),
        lines: lines.map(({ line }) => line),
        marks: guessMarks(panel),
        data: plotData({
          x: 'layers',
          y: 'test accuracy',
          format: 'percent',
          lines,
          nameOf: (x) => layersAt(x, panel),
        }),
      });
    }),
    caption:
      'Each mark is the mean over the seeds, each bar reaches a standard deviation up and down, for one seed the standard error of counting on the test images; bars of methods at one depth stand beside each other. ' +
      'A line joins networks that differ in depth alone; channels are those at width 1. Layers are the convolutions and fully connected layers between image and main head, and the main head. ' +
      'Depth changes what a network can learn in a given number of epochs, too: where all methods fall alike, the gradient need not be the reason.',
    data: rowsTable(
      'Test accuracy in percent by depth, mean ± standard deviation.',
      ['Network', 'Layers', 'T', 'Settings', ...made.columns.map(({ label }) => label)],
      panels
        .flat()
        .toSorted((a, b) => a.depth - b.depth)
        .map(({ row, depth }) => [
          row.model,
          String(depth),
          String(row.timeSteps),
          row.settings || MISSING,
          ...row.cells.map((cell) => (cell === null ? MISSING : cellFigures(cell, most))),
        ]),
      [3],
    ),
  };
}

function familyOf({ residual, channels }: ModelFacts): Family {
  return { key: JSON.stringify([residual, channels]), residual, channels: channels.join('-') };
}

/** The words that tell a network apart from the others: residual or plain, channels, both, or none. */
function familyName({ residual, channels }: Family, all: readonly Family[]): string {
  const differ = (pick: (family: Family) => unknown) => new Set(all.map(pick)).size > 1;
  const kind = residual ? 'residual' : 'plain';
  return [
    ...(differ((family) => family.residual) ? [kind] : []),
    ...(differ((family) => family.channels) ? [`${channels} channels`] : []),
  ].join(', ');
}

function hasDepths(panel: readonly Mark[]): boolean {
  return splitBy(panel, ({ family }) => family.key).some((marks) => new Set(marks.map(({ depth }) => depth)).size > 1);
}

function seriesOf(panel: readonly Mark[], columns: readonly NetworkColumn[], families: readonly Family[]): Series[] {
  return splitBy(panel, ({ family }) => family.key).flatMap((marks) => {
    const { family } = marks[0];
    return columns.flatMap((column, place): Series[] => {
      const cells = marks.flatMap(({ row, depth }) => {
        const cell = row.cells[place];
        return cell && Number.isFinite(cell.testAccuracy.mean) ? [{ depth, cell, images: row.images }] : [];
      });
      if (cells.length === 0) return [];
      // Colours tell methods apart; dash and open marks tell families apart.
      const dash = dashOf(families.findIndex(({ key }) => key === family.key));
      const style = { ...styleOf(colourOf(place, columns)), dash };
      const label = [column.label, familyName(family, families)].filter(Boolean).join(', ');
      return [{ label, style, hollow: !family.residual, cells: cells.toSorted((a, b) => a.depth - b.depth) }];
    });
  });
}

/** The method's own, as in the other figures; further columns of a method have further ones. */
function colourOf(place: number, columns: readonly NetworkColumn[]): number {
  const isFirst = (at: number) => columns.findIndex(({ method }) => method === columns[at]?.method) === at;
  const column = columns[place];
  if (column !== undefined && isFirst(place)) return methods.indexOf(column.method);
  return methods.length + columns.slice(0, place).filter((_, at) => !isFirst(at)).length;
}

function dashOf(family: number): number[] {
  return [[], DASHED, [8, 3, 2, 3], [1.5, 3.5]][family % 4] ?? [];
}

/** A line through the means, and a bar at each. */
function drawn({ style, hollow, cells }: Series, entry: number, side: number, x: Axis): Line {
  const shift = side * NUDGE * (x.max - x.min);
  const at = cells.map(({ depth, cell: { testAccuracy }, images }) => {
    const error = testAccuracy.spread ?? countingError(testAccuracy.mean, images);
    return { place: depth + shift, mean: testAccuracy.mean, error };
  });
  return {
    style,
    entry,
    points: at.map(({ place, mean }) => [place, mean]),
    band: [],
    bars: at.map(({ place, mean, error }) => [place, Math.max(0, mean - error), Math.min(1, mean + error)]),
    hollow,
  };
}

/** The network that a mark beside its place belongs to. */
function layersAt(x: number, panel: readonly Mark[]): string {
  const nearest = panel.toSorted((a, b) => Math.abs(a.depth - x) - Math.abs(b.depth - x))[0];
  return `${nearest?.depth} layers`;
}

/** One where all data sets have equally many classes. */
function guessMarks(panel: readonly Mark[]): Level[] {
  return [...new Set(panel.map(({ row }) => row.guess))].flatMap((guess) =>
    guess === null ? [] : [{ y: guess, label: `guessing, 1 in ${Math.round(1 / guess)}` }],
  );
}

/** Ticks where networks are, as far as their labels have room. */
function depthAxis(panel: readonly Mark[]): Axis {
  const depths = [...new Set(panel.map(({ depth }) => depth))].toSorted((a, b) => a - b);
  const [low = 0, high = low] = [depths[0], depths.at(-1)];
  const span = Math.max(high - low, 1);
  const ticks: number[] = [];
  for (const depth of depths) {
    const last = ticks.at(-1);
    if (last === undefined || depth - last >= span * 0.07) ticks.push(depth);
  }
  return { name: 'Layers', min: low - span * 0.06, max: high + span * 0.06, ticks, format: String };
}

function inWords({ label, cells }: Series, most: number): string {
  return `${label}: ${enumerate(cells.map(({ depth, cell }) => `${depth} layers ${cellFigures(cell, most)} %`))}`;
}
