import { MISSING, percent } from '@kestirme/dashboard/charts';
import { type NetworkRow, networkTable, tellsMore } from '../run/networkTable.js';
import type { RunRecord, RunSoFar } from '../run/record.js';
import { BEST_NOTE, cellFigures, mostSeeds, sources } from '../terminal/networkTable.js';
import type { Figure } from './curves.js';
import { depthFigure } from './depth.js';
import { type Cell, escapeHtml, list, type TableGroup, table } from './html.js';

/** The table of the paper, and accuracy over depth, of finished runs; nothing for one network. */
export function networksSection(all: RunSoFar[], draw: (figure: Figure | null) => string) {
  const runs = all.filter((run): run is RunRecord => run.result !== null);
  if (runs.length === 0) return [];
  const body = networksTable(runs);
  if (body === null) return [];
  return [{ id: 'networks', title: 'Accuracy by network', body: `${body}\n${draw(depthFigure(runs))}` }];
}

/** The table of the paper: networks and T by methods. Null when the table of the methods tells as much. */
function networksTable(runs: RunRecord[]): string | null {
  const made = networkTable(runs);
  if (!tellsMore(made)) return null;
  const { columns, rows, differences } = made;
  const withSettings = rows.some(({ settings }) => settings !== '');
  const most = mostSeeds(made);
  const groups = rows.map((row): TableGroup => {
    const own: Cell[] = [
      row.model,
      String(row.depth ?? MISSING),
      String(row.timeSteps),
      ...(withSettings ? [row.settings] : []),
      ...row.cells.map((cell) => (cell === null ? MISSING : `${cellFigures(cell, most)}${cell.best ? ' *' : ''}`)),
      percent(row.guess),
    ];
    return { rows: row.published.length === 0 ? [own] : [own, publishedRow(row, withSettings)], lead: false };
  });
  const head = [
    'Network',
    'Layers',
    'T',
    ...(withSettings ? ['Settings'] : []),
    ...columns.map(({ label }) => label),
    'Guessing',
  ];
  const caption = `Test accuracy in percent of the main head after the last epoch${most > 1 ? ': mean ± standard deviation over the seeds' : ''}.`;
  const notes = [...(columns.length > 1 ? [`* is ${BEST_NOTE}.`] : []), ...sources(made)];
  return [
    `<div class="wide">${table({ caption, head, groups, text: withSettings ? [3] : [] })}</div>`,
    ...notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`),
    differences.length > 0 ? `<h3>What differs from the paper</h3>${list(differences)}` : '',
  ].join('\n');
}

function publishedRow({ published }: NetworkRow, withSettings: boolean): Cell[] {
  return ['published', '', '', ...(withSettings ? [''] : []), ...published.map((figure) => figure ?? MISSING), ''];
}
