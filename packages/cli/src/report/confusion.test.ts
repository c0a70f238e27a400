import { expect, it } from 'vitest';
import type { ConfusionTable } from '../run/confusion.js';
import { sampleRun } from '../run/sample.test.support.js';
import { confusions } from './confusion.js';
import { groupRuns } from './groups.js';
import { renderReport } from './report.js';

function runWith(confusion: ConfusionTable, seed = 0) {
  const run = sampleRun({ config: { seed } });
  return { ...run, result: { ...run.result, confusion } };
}

const few = { cat: { cat: 3, 'dog<b>': 1 }, 'dog<b>': { 'dog<b>': 4 }, cow: {} };
/** The rows of a table without markup, cells apart. */
const rowsOf = (html: string) =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => cell.replace(/<[^>]*>/g, '')).join(' | '),
  );

it('has the whole matrix of few classes, its seeds added up, with names as text', () => {
  const html = confusions(groupRuns([runWith(few), runWith(few, 1)]));
  expect(rowsOf(html)).toEqual([
    'Class | cat | dog&lt;b&gt; | cow | right',
    'cat | 6 | 2 | 0 | 75.0%',
    'dog&lt;b&gt; | 0 | 8 | 0 | 100.0%',
    'cow | 0 | 0 | 0 | ',
  ]);
  expect(html).toContain('2 seeds together: most often right on dog&lt;b&gt; (100.0%), least often on cat (75.0%).');
  expect(html).not.toContain('dog<b>');
});

it('lists the most frequent mistakes of many classes', () => {
  const names = Array.from({ length: 30 }, (_, i) => `class ${i}`);
  const many = Object.fromEntries(
    names.map((name, i) => [name, { [name]: 40 - i, [names[(i + 1) % 30] as string]: i }]),
  );
  const rows = rowsOf(confusions(groupRuns([runWith(many)])));
  expect(rows).toHaveLength(21);
  expect(rows.slice(1, 3)).toEqual(['class 29 | class 0 | 29 | 72.5%', 'class 28 | class 29 | 28 | 70.0%']);
});

it('is a part of the report where there is something to show', () => {
  const has = (run: Parameters<typeof renderReport>[0][number]) =>
    renderReport([run], { title: 'one' }).includes('<h2 id="classes">Classes</h2>');
  expect([has(runWith(few)), has(sampleRun())]).toEqual([true, false]);
});
