import { methods } from 'kestirme';
import { type ModelFacts, modelFacts } from '../run/modelFacts.js';
import { type NetworkCell, type NetworkColumn, type NetworkRow, networkTable } from '../run/networkTable.js';
import type { RunRecord } from '../run/record.js';
import { splitBy } from '../run/splitBy.js';
import { cellFigures, mostSeeds } from '../terminal/networkTable.js';
import { type Axis, linearAxis } from './axes.js';
import { type Line, renderPanel } from './charts.js';
import type { Figure } from './curves.js';
import { enumerate, MISSING } from './format.js';
import { rowsTable } from './html.js';
import { legend } from './legend.js';
import { AXIS, type SeriesStyle, styleOf } from './style.js';

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
  cells: { depth: number; cell: NetworkCell }[];
}

const DASHED = [5, 4];
const GUESS: SeriesStyle = { color: AXIS, dash: [2, 3], marker: 'circle' };
/** Between the marks of methods at one depth, as a share of the axis. */
const NUDGE = 0.006;

/** Accuracy over depth. Null when no family of networks has two depths. */
export function depthFigure(runs: RunRecord[]): Figure | null {
  const made = networkTable(runs);
  const marks = made.rows.flatMap((row): Mark[] => {
    const facts = modelFacts(row.model);
    return facts === null ? [] : [{ row, depth: facts.depth, family: familyOf(facts) }];
  });
  // What is told apart by more than the network is not on one line, nor in one panel.
  const panels = splitBy(marks, ({ row }) => JSON.stringify([row.timeSteps, row.settings])).filter(hasDepths);
  if (panels.length === 0) return null;
  const families = splitBy(panels.flat(), ({ family }) => family.key).map(([{ family }]) => family);
  const series = panels.map((panel) => seriesOf(panel, made.columns, families));
  const y = accuracyAxis(series.flat(), panels.flat());
  const most = mostSeeds(made);
  return {
    id: 'accuracy-over-depth',
    title: 'Test accuracy over depth',
    legend: legend([
      ...splitBy(series.flat(), ({ label }) => label).map(([{ label, style, hollow }]) => ({
        style,
        label,
        options: { hollow },
      })),
      { style: GUESS, label: 'guessing', options: { bare: true } },
    ]),
    panels: panels.map((panel, place) => {
      const [{ row }] = panel;
      const title = [`T = ${row.timeSteps}`, row.settings].filter(Boolean).join(', ');
      const own = series[place] ?? [];
      const x = depthAxis(panel);
      return renderPanel({
        id: `accuracy-over-depth-${place}`,
        title,
        description: `Test accuracy over the number of layers, ${title}. ${own.map((one) => inWords(one, most)).join('; ')}.`,
        x,
        y,
        lines: [...guessLine(panel, x), ...own.flatMap((one, at) => drawn(one, at - (own.length - 1) / 2, x))],
      });
    }),
    caption:
      'Each mark is the mean over the seeds, each bar reaches a standard deviation up and down (none for one seed); bars of methods at one depth stand beside each other. ' +
      'A line joins networks that differ in depth alone; channels are those at width 1. Layers are the convolutions between image and main head, and the main head. ' +
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

/** What tells it apart from the others: residual or plain, channels, both, or nothing. */
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
        return cell && Number.isFinite(cell.testAccuracy.mean) ? [{ depth, cell }] : [];
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
function drawn({ style, hollow, cells }: Series, side: number, x: Axis): Line[] {
  const shift = side * NUDGE * (x.max - x.min);
  const at = cells.map(({ depth, cell: { testAccuracy } }) => ({ x: depth + shift, ...testAccuracy }));
  const bars = at.flatMap(({ x: place, mean, spread }): Line['band'] =>
    spread === null ? [] : [[place, Math.max(0, mean - spread), Math.min(1, mean + spread)]],
  );
  return [
    { style, points: at.map((one) => [one.x, one.mean]), band: [], hollow },
    { style, points: [], band: bars, joined: false, markerSize: 0 },
  ];
}

/** One where all data sets have equally many classes. */
function guessLine(panel: readonly Mark[], x: Axis): Line[] {
  const guesses = new Set(panel.map(({ row }) => row.guess));
  return [...guesses].flatMap((guess): Line[] =>
    guess === null
      ? []
      : [
          {
            style: GUESS,
            points: [
              [x.min, guess],
              [x.max, guess],
            ],
            band: [],
            markerSize: 0,
          },
        ],
  );
}

function accuracyAxis(series: readonly Series[], marks: readonly Mark[]): Axis {
  const values = series.flatMap(({ cells }) =>
    cells.flatMap(({ cell: { testAccuracy } }) => [
      testAccuracy.mean - (testAccuracy.spread ?? 0),
      testAccuracy.mean + (testAccuracy.spread ?? 0),
    ]),
  );
  const guesses = marks.flatMap(({ row }) => row.guess ?? []);
  return linearAxis({ name: 'Accuracy', values, include: [0, ...guesses], bounds: [0, 1], scale: 100, unit: '%' });
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
