import { duration, fixed, isNumber, MISSING, number, percent, plural } from '@kestirme/dashboard/charts';
import { gradientRatio, gradientRatioMeaning } from '../run/gradientRatio.js';
import type { RunSoFar } from '../run/record.js';
import { type Group, isUnfinished, type Spread, spread, testAccuracyOf } from './groups.js';
import { type Cell, cell, code, escapeHtml, type Html, table } from './html.js';
import { isGuessing, splitText } from './images.js';
import { keyOf } from './legend.js';

/** Enough of a hash to tell runs apart by eye; the whole stands in the table of results. */
const HASH_SHOWN = 12;

/** Mean ± standard deviation, as in the terminal's table. */
function spreadCell(value: Spread | null, format: (value: unknown) => string): Cell {
  if (!value) return MISSING;
  if (value.deviation === null) return format(value.mean);
  const spread = `± ${format(value.deviation)}`;
  return { html: `${escapeHtml(format(value.mean))}<span class="range">${escapeHtml(spread)}</span>` };
}

/** An accuracy that is no better than guessing says so. */
function judged(text: Cell, guessing: boolean): Cell {
  return guessing ? { html: `${cell(text)}<span class="range">has not learned</span>` } : text;
}

function hash(sha256: string): Html {
  return code(sha256.slice(0, HASH_SHOWN));
}

const twoDecimals = (value: unknown) => percent(value, 2);

interface Row {
  seed: string;
  test: number | undefined;
  guessing: boolean;
  train: number | undefined;
  loss: number | undefined;
  firstRatio: number | null | undefined;
  lastRatio: number | null | undefined;
  speed: number | undefined;
  seconds: number;
  hash: Cell;
}

function rowOf(run: RunSoFar): Row {
  const { config, metrics, result } = run;
  const [first, last] = [metrics[0], metrics.at(-1)];
  const test = testAccuracyOf(run);
  return {
    seed: `seed ${config.seed}`,
    test,
    guessing: isNumber(test) && isGuessing(test, run),
    train: last?.trainAccuracyMain,
    loss: last?.trainLoss,
    firstRatio: first && gradientRatio(first),
    lastRatio: last && gradientRatio(last),
    speed: result?.imagesPerSecond ?? last?.imagesPerSecond,
    seconds: metrics.reduce((sum, line) => sum + line.seconds, 0),
    hash: result ? hash(result.weightsSha256) : `after ${metrics.length} of ${plural(config.epochs, 'epoch')}`,
  };
}

/** The first table: a bold row for each method, and below it each of its seeds. */
export function headline(groups: Group[]): string {
  const blocks = groups.map((group) => {
    const rows = group.runs.map(rowOf);
    const only = rows.length === 1 ? rows[0] : undefined;
    const column = (pick: (row: Row) => unknown, format: (value: unknown) => string) =>
      spreadCell(spread(rows.map(pick)), format);
    const lead: Cell[] = [
      { html: `${keyOf(group.style)}${escapeHtml(group.label)}` },
      only ? only.seed : `${rows.length} seeds`,
      judged(
        column((row) => row.test, twoDecimals),
        rows.every((row) => row.guessing),
      ),
      column((row) => row.train, twoDecimals),
      column(
        (row) => row.loss,
        (value) => fixed(value, 3),
      ),
      column((row) => row.firstRatio, number),
      column((row) => row.lastRatio, number),
      column(
        (row) => row.speed,
        (value) => fixed(value, 0),
      ),
      column((row) => row.seconds, duration),
      only ? only.hash : '',
    ];
    const each = rows.map((row): Cell[] => [
      group.label,
      row.seed,
      judged(twoDecimals(row.test), row.guessing),
      twoDecimals(row.train),
      fixed(row.loss, 3),
      number(row.firstRatio),
      number(row.lastRatio),
      fixed(row.speed, 0),
      duration(row.seconds),
      row.hash,
    ]);
    return { rows: only ? [lead] : [lead, ...each], lead: true };
  });
  const head = [
    'Method',
    'Seed',
    `Test accuracy${splitText(groups.flatMap((group) => group.runs))}`,
    'Train accuracy',
    'Train loss',
    'Gradient ratio, first epoch',
    'last epoch',
    'Images/s',
    'Time',
    'Weights hash',
  ];
  const several = groups.some((group) => group.runs.length > 1);
  const open = groups.some((group) => group.runs.some(isUnfinished));
  return table({
    caption: `${open ? 'After the last epoch that is over' : 'After the last epoch'}, not the best one. Accuracies are of the main head alone; hashes are the first digits of the SHA-256.${several ? ' Bold rows: mean ± standard deviation over the seeds.' : ''} ${gradientRatioMeaning.replace(/^./, (letter) => letter.toUpperCase())}.`,
    head,
    groups: blocks,
    text: [1, 9],
  });
}
