/** Test accuracy as the paper's table 1 has it: a row for each network and T, a column for each method. */
import { type Method, methods } from 'kestirme';
import { neutralOptions } from '../config/optionReach.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { modelLabel } from '../models/names.js';
import { datasetName } from '../options/composite.js';
import { classesOf, testImages } from '../report/images.js';
import { type Spread, spread } from './comparison.js';
import { type ModelFacts, modelFacts } from './modelFacts.js';
import { differencesFromPaper, publishedFor } from './published.js';
import type { RunRecord } from './record.js';
import { splitBy } from './splitBy.js';

export interface NetworkTable {
  columns: NetworkColumn[];
  rows: NetworkRow[];
  /** Between these runs and the paper's; empty where no row has published figures. */
  differences: string[];
}

export interface NetworkColumn {
  method: Method;
  /** The method, with heads and lambda where it has several columns. */
  label: string;
}

export interface NetworkRow {
  model: string;
  timeSteps: number;
  /** Layers with weights from image to main head, and the main head. */
  depth: number | null;
  /** Of its network; null where this version does not know it. */
  facts: ModelFacts | null;
  /** Other options in which rows differ, 'lr 0.1, width 0.5'; empty when there is none. */
  settings: string;
  data: string;
  /** Share of right answers by guessing: 1 in so many classes. */
  guess: number | null;
  /** Test images, as far as the configuration tells. */
  images: number | null;
  /** Cells by column; null where there is no run. */
  cells: (NetworkCell | null)[];
  /** Published figures by column, in percent as printed there; empty where there is none at all. */
  published: (string | null)[];
  /** Source of the published figures in words: their table, and figures that belong to no column. */
  source: string;
}

export interface NetworkCell {
  column: string;
  seeds: number[];
  /** Test accuracy of the main head after the last epoch, over the seeds. */
  testAccuracy: Spread;
  /** The highest mean of a row of several cells. */
  best: boolean;
}

type Key = keyof ResolvedConfig;
type Runs = [RunRecord, ...RunRecord[]];

/** Options that a method brings with it: runs that differ in these are columns, in others rows. */
const OF_COLUMN: readonly Key[] = ['method', 'lambda', 'heads'];
const OF_ROW: readonly Key[] = ['model', 'networkSha256', 'timeSteps'];
const PER_RUN: readonly string[] = ['schema', 'version', 'seed', ...neutralOptions];

export function networkTable(runs: readonly RunRecord[]): NetworkTable {
  const keys = [...new Set(runs.flatMap(({ config }) => Object.keys(config) as Key[]))];
  const rowKeys = keys.filter((key) => !PER_RUN.includes(key) && !OF_COLUMN.includes(key));
  const columns = split(runs, OF_COLUMN).toSorted((a, b) => orderOf(a) - orderOf(b));
  const rows = split(runs, rowKeys);
  const settings = rowKeys.filter((key) => !OF_ROW.includes(key) && differs(runs, key));
  const made = rows.map((row) => makeRow(row, columns, settings));
  const compared = rows.filter((_, place) => made[place]?.source !== '').flat();
  const fewest = Math.min(...made.flatMap(({ cells }) => cells.map((cell) => cell?.seeds.length ?? Infinity)));
  return {
    columns: columns.map((column) => ({ method: column[0].config.method, label: columnLabel(column, columns) })),
    rows: made,
    differences:
      compared.length === 0
        ? []
        : differencesFromPaper(
            compared.map(({ config }) => config),
            fewest,
          ),
  };
}

/** Than a list of the methods does: there are several networks or T, or figures to set beside. */
export function tellsMore({ rows }: NetworkTable): boolean {
  return rows.length > 1 || rows.some(({ source }) => source !== '');
}

function makeRow(row: Runs, columns: Runs[], settings: readonly Key[]): NetworkRow {
  const { config } = row[0];
  const classes = classesOf(row[0]);
  const { model, timeSteps } = config;
  const facts = modelFacts(row[0]);
  const cells = columns.map((column): NetworkCell | null => {
    const own = column.filter((run) => row.includes(run));
    if (own.length === 0) return null;
    const accuracies = own.map(({ result }) => result.testAccuracy);
    const seeds = own.map((run) => run.config.seed);
    return { column: columnLabel(column, columns), seeds, testAccuracy: spread(accuracies), best: false };
  });
  const means = cells.flatMap((cell) => (cell === null ? [] : [cell.testAccuracy.mean]));
  const highest = Math.max(...means.filter(Number.isFinite));
  if (means.length > 1) for (const cell of cells) if (cell) cell.best = cell.testAccuracy.mean === highest;
  const figures = publishedFor(config);
  const published = columns.map(
    (column) => figures.find(({ method }) => method === column[0].config.method)?.accuracy ?? null,
  );
  const loose = figures.filter(({ method }) => method === null);
  return {
    model: modelLabel(model),
    timeSteps,
    depth: facts?.depth ?? null,
    facts,
    settings: settings.map((key) => `${key} ${textOf(config, key)}`).join(', '),
    data: datasetName(config.data),
    guess: classes === null ? null : 1 / classes,
    images: testImages(row[0]),
    cells,
    published: published.some((figure) => figure !== null) ? published : [],
    source: [
      ...new Set(
        figures
          .filter(({ method }) => columns.some((column) => column[0].config.method === method))
          .map(({ table }) => table),
      ),
      ...loose.map(({ accuracy, table }) => `${table}, without saying by which of its methods: ${accuracy}`),
    ].join('; '),
  };
}

/** A method's name alone when it is one column. */
function columnLabel(column: Runs, columns: Runs[]): string {
  const { config } = column[0];
  const siblings = columns.filter((other) => other[0].config.method === config.method).flat();
  const apart = OF_COLUMN.filter((key) => key !== 'method' && differs(siblings, key));
  return apart.length === 0 ? config.method : `${config.method} (${apart.map((key) => config[key]).join('; ')})`;
}

function orderOf(column: Runs): number {
  return methods.indexOf(column[0].config.method);
}

/** Runs that agree in all of `keys`. */
function split(runs: readonly RunRecord[], keys: readonly Key[]): Runs[] {
  return splitBy(runs, ({ config }) => JSON.stringify(keys.map((key) => textOf(config, key))));
}

function differs(runs: readonly RunRecord[], key: Key): boolean {
  return new Set(runs.map(({ config }) => textOf(config, key))).size > 1;
}

/** The same images may lie in several places. */
function textOf(config: ResolvedConfig, key: Key): string {
  return key === 'data' ? datasetName(config.data) : String(config[key]);
}
