import type { NetworkCell, NetworkRow, NetworkTable } from '../run/networkTable.js';
import { type Column, renderTable } from './table.js';

export const BEST_NOTE =
  'the highest mean of its row, whether or not the difference is more than chance: compare it with the ±';

/** Published figures stand below the row that they belong to. */
export function renderNetworkTable({ columns, rows, differences }: NetworkTable): string {
  const withSettings = rows.some(({ settings }) => settings !== '');
  const head: Column[] = [
    { title: 'network' },
    { title: 'layers', align: 'right' },
    { title: 'T', align: 'right' },
    ...(withSettings ? [{ title: 'settings' }] : []),
    ...columns.map(({ label }): Column => ({ title: label, align: 'right' })),
  ];
  const most = mostSeeds({ rows });
  const lines = rows.flatMap(({ model, depth, timeSteps, settings, cells, published }) => {
    const options = withSettings ? [settings] : [];
    const own = [
      model,
      String(depth ?? '-'),
      String(timeSteps),
      ...options,
      ...cells.map((cell) => cellText(cell, most)),
    ];
    if (published.length === 0) return [own];
    return [own, ['  published', '', '', ...options.map(() => ''), ...published.map((one) => pad(one ?? '-'))]];
  });
  const notes = [
    `Test accuracy in % of the main head after the last epoch.${guessing(rows)}`,
    ...(most > 1 ? ['± is the standard deviation over the seeds.'] : []),
    ...(columns.length > 1 ? [`* is ${BEST_NOTE}.`] : []),
    ...sources({ rows }),
    ...(differences.length > 0 ? ['What differs from the paper:', ...differences.map((one) => `- ${one}`)] : []),
  ];
  return `${renderTable(head, lines)}\n${notes.join('\n')}`;
}

/** The most seeds that a cell has. */
export function mostSeeds({ rows }: Pick<NetworkTable, 'rows'>): number {
  return Math.max(...rows.flatMap(({ cells }) => cells.map((cell) => cell?.seeds.length ?? 0)));
}

/** 'published: Guo et al. (2024), table 1', by row where rows differ in it. */
export function sources({ rows }: Pick<NetworkTable, 'rows'>): string[] {
  const withSource = rows.filter(({ source }) => source !== '');
  return [...new Set(withSource.map(({ source }) => source))].map((source) => {
    const of = withSource
      .filter((row) => row.source === source)
      .map(({ model, timeSteps }) => `${model} T ${timeSteps}`);
    return `Published for ${of.join(', ')}: Guo et al. (2024), ${source}.`;
  });
}

/** '61.20 ± 1.30', in percent; with the number of seeds when others have more. */
export function cellFigures({ testAccuracy: { mean, spread }, seeds }: NetworkCell, most: number): string {
  if (!Number.isFinite(mean)) return '-';
  const inPercent = (share: number) => (share * 100).toFixed(2);
  const figures = spread === null ? inPercent(mean) : `${inPercent(mean)} ± ${inPercent(spread)}`;
  return seeds.length === most ? figures : `${figures} (${seeds.length} of ${most} seeds)`;
}

function cellText(cell: NetworkCell | null, most: number): string {
  return cell === null ? pad('-') : cell.best ? `${cellFigures(cell, most)} *` : pad(cellFigures(cell, most));
}

/** Room for the mark, so that figures stand below each other. */
function pad(text: string): string {
  return `${text}  `;
}

/** Where all data sets have equally many classes. */
function guessing(rows: readonly NetworkRow[]): string {
  const guesses = new Set(rows.map(({ guess }) => guess));
  const [guess] = guesses;
  return guesses.size === 1 && guess ? ` Guessing gives ${(guess * 100).toFixed(2)}.` : '';
}
