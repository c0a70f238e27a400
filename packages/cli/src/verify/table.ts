/** The matrix as a table: a line for each host, build and number of threads, a column for each number of loader workers. */
import { renderTable } from '../terminal/table.js';
import { type CellResult, nameOf, type Outcome } from './matrix.js';

export function matrixTable(results: readonly CellResult[]): string {
  const workers = [...new Set(results.map(({ cell }) => cell.workers))];
  const rowOf = ({ cell }: CellResult) => [cell.host, cell.build, `${cell.threads}`] as const;
  const rows = new Map<string, { head: readonly string[]; cells: Map<number, CellResult> }>();
  for (const result of results) {
    const head = rowOf(result);
    const row = rows.get(head.join()) ?? { head, cells: new Map() };
    row.cells.set(result.cell.workers, result);
    rows.set(head.join(), row);
  }
  return renderTable(
    [
      { title: 'host' },
      { title: 'build' },
      { title: 'threads', align: 'right' },
      ...workers.map((count) => ({ title: `${count} loader worker${count === 1 ? '' : 's'}` })),
    ],
    [...rows.values()].map(({ head, cells }) => [...head, ...workers.map((count) => inCell(cells.get(count)))]),
  );
}

function inCell(result: CellResult | undefined): string {
  if (result === undefined) return '';
  return result.outcome === 'ok' ? `ok (${result.seconds.toFixed(1)} s)` : result.outcome;
}

/** The failures and their cells, those with the same reason together. */
export function reasons(results: readonly CellResult[]): string[] {
  const groups = new Map<string, CellResult[]>();
  for (const result of results) {
    if (result.outcome === 'ok') continue;
    const key = `${result.outcome}\n${result.why}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [CellResult];
    const others = group.length > 1 ? ` (and ${group.length - 1} more cells)` : '';
    return `${nameOf(first.cell)}${others}: ${first.outcome}: ${first.why}`;
  });
}

const outcomes: readonly Outcome[] = ['ok', 'differs', 'failed', 'could not run'];

/** For example: '54 cells: 36 ok, 18 could not run'. */
export function countsLine(results: readonly CellResult[]): string {
  const counts = outcomes.map((outcome) => ({
    outcome,
    count: results.filter((one) => one.outcome === outcome).length,
  }));
  const parts = counts.filter(({ count }) => count > 0).map(({ outcome, count }) => `${count} ${outcome}`);
  return `${results.length} cell${results.length === 1 ? '' : 's'}: ${parts.join(', ')}`;
}
