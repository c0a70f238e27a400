/** What the networks take the test images of each class for: the whole matrix of few classes, the worst mistakes of many. */

import { percent } from '@kestirme/dashboard/charts';
import type { ConfusionTable } from '../run/confusion.js';
import type { Group } from './groups.js';
import { type Cell, escapeHtml, rowsTable } from './html.js';

/** More columns than this would be too narrow to read. */
const MOST_CLASSES = 20;
const MOST_MISTAKES = 20;

/** Empty where no run has finished, or they are of versions before. */
export function confusions(groups: readonly Group[]): string {
  return groups
    .flatMap((group) => {
      const tables = group.runs.flatMap(({ result }) => (result?.confusion === undefined ? [] : [result.confusion]));
      if (tables.length === 0) return [];
      const sum = sumOf(tables);
      const seeds = tables.length === 1 ? '' : `, ${tables.length} seeds together`;
      const whose = `${group.label}${seeds}`;
      const few = Object.keys(sum).length <= MOST_CLASSES;
      return [`<p>${escapeHtml(extremes(sum, whose))}</p>`, few ? matrix(sum, whose) : mistakes(sum, whose)];
    })
    .join('\n');
}

function sumOf(tables: readonly ConfusionTable[]): ConfusionTable {
  const sum: ConfusionTable = {};
  for (const [name, row] of tables.flatMap((table) => Object.entries(table))) {
    const own = sum[name] ?? {};
    for (const [answer, count] of Object.entries(row)) own[answer] = (own[answer] ?? 0) + count;
    sum[name] = own;
  }
  return sum;
}

const imagesOf = (row: Record<string, number>) => Object.values(row).reduce((sum, count) => sum + count, 0);

/** 'vanilla: most often right on cat (93.0 %), least often on dog (71.2 %).' */
function extremes(table: ConfusionTable, whose: string): string {
  const shares = Object.entries(table)
    .map(([name, row]) => ({ name, images: imagesOf(row), right: row[name] ?? 0 }))
    .filter(({ images }) => images > 0)
    .map(({ name, images, right }) => ({ name, share: right / images }))
    .sort((a, b) => b.share - a.share);
  const [first, last] = [shares[0], shares.at(-1)];
  if (first === undefined || last === undefined) return `${whose}: no answers.`;
  const inWords = ({ name, share }: typeof first) => `${name} (${percent(share)})`;
  return `${whose}: most often right on ${inWords(first)}, least often on ${inWords(last)}.`;
}

function matrix(table: ConfusionTable, whose: string): string {
  const names = Object.keys(table);
  const rows = names.map((name): Cell[] => {
    const row = table[name] ?? {};
    const cells = names.map((answer): Cell => {
      const count = String(row[answer] ?? 0);
      return answer === name ? { html: `<b>${count}</b>` } : count;
    });
    const images = imagesOf(row);
    return [name, ...cells, images === 0 ? '' : percent((row[name] ?? 0) / images)];
  });
  return rowsTable(
    `Test images of the class of a row that were taken for that of a column: ${whose}`,
    ['Class', ...names, 'right'],
    rows,
  );
}

function mistakes(table: ConfusionTable, whose: string): string {
  const all = Object.entries(table).flatMap(([name, row]) =>
    Object.entries(row).flatMap(([answer, count]) =>
      answer === name ? [] : [{ name, answer, count, share: count / imagesOf(row) }],
    ),
  );
  const worst = all.sort((a, b) => b.count - a.count || b.share - a.share).slice(0, MOST_MISTAKES);
  const rows = worst.map(({ name, answer, count, share }): Cell[] => [name, answer, String(count), percent(share)]);
  const head = ['Class', 'taken for', 'test images', 'of the class'];
  return rowsTable(`The ${worst.length} most frequent mistakes: ${whose}`, head, rows, [1]);
}
