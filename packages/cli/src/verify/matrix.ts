/** Repeats the fixed run in every cell of a matrix and compares. */
import { messageOf } from '../errors.js';
import { type Expected, firstDifference, inWords } from './compare.js';
import type { Evidence } from './evidence.js';
import { CannotRun, type Cell, type VerifyHost } from './host.js';

export interface Matrix {
  hosts: readonly string[];
  builds: readonly ('threads' | 'single')[];
  /** Threads of the threaded build; the other has one. */
  threads: readonly number[];
  workers: readonly number[];
}

export type Outcome = 'ok' | 'differs' | 'failed' | 'could not run';

export interface CellResult {
  cell: Cell;
  outcome: Outcome;
  /** Where it differs, or why it failed or could not run; empty when it is ok. */
  why: string;
  seconds: number;
}

/** All cells, in the order of hosts, builds, threads, workers. */
export function cellsOf({ hosts, builds, threads, workers }: Matrix): Cell[] {
  return hosts.flatMap((host) =>
    builds.flatMap((build) =>
      (build === 'single' ? [1] : threads).flatMap((count) =>
        workers.map((loaders) => ({ host, build, threads: count, workers: loaders })),
      ),
    ),
  );
}

/** For example: 'node, threads build, 4 threads, 1 loader worker'. */
export function nameOf({ host, build, threads, workers }: Cell): string {
  const some = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;
  return `${host}, ${build} build, ${some(threads, 'thread')}, ${some(workers, 'loader worker')}`;
}

export interface MatrixRequest {
  cells: readonly Cell[];
  hosts: readonly VerifyHost[];
  /** Null: the first cell that runs says what the others should leave. */
  expected: Expected | null;
  /** Before a cell, counted from 0. */
  onCell?: ((cell: Cell, place: number) => void) | undefined;
  /** After it. */
  onResult?: ((result: CellResult) => void) | undefined;
}

export interface MatrixResult {
  results: CellResult[];
  /** Evidence of the first cell that ran. */
  evidence: Evidence | null;
}

/** One cell after the other: each then has the machine to itself, as far as threads are concerned. */
export async function runMatrix({ cells, hosts, expected, onCell, onResult }: MatrixRequest): Promise<MatrixResult> {
  const results: CellResult[] = [];
  let evidence: Evidence | null = null;
  for (const [place, cell] of cells.entries()) {
    onCell?.(cell, place);
    const began = performance.now();
    const { outcome, why, found } = await runCell(cell, hosts, expected ?? evidence);
    evidence ??= found;
    const result = { cell, outcome, why, seconds: (performance.now() - began) / 1000 };
    results.push(result);
    onResult?.(result);
  }
  return { results, evidence };
}

async function runCell(cell: Cell, hosts: readonly VerifyHost[], expected: Expected | null) {
  try {
    const host = hosts.find(({ name }) => name === cell.host);
    if (host === undefined) throw new CannotRun(`there is no host ${cell.host} here`);
    const found = await host.run(cell);
    const why = expected === null ? '' : difference(expected, found);
    const outcome: Outcome = why === '' ? 'ok' : 'differs';
    return { outcome, why, found };
  } catch (error) {
    const outcome: Outcome = error instanceof CannotRun ? 'could not run' : 'failed';
    return { outcome, why: messageOf(error), found: null };
  }
}

/** The difference in words; empty when there is none. */
function difference(expected: Expected, found: Evidence): string {
  const first = firstDifference(expected, found);
  if (first !== null) return inWords(first, expected.steps.length);
  const kind = Object.keys(expected.digests).find(
    (name) => expected.digests[name] !== found.digests[name as keyof Evidence['digests']],
  );
  if (kind === undefined) return '';
  return `the SHA-256 over ${kind === 'all' ? 'the run' : `all ${kind} entries`} differs, but no entry in its first digits`;
}
