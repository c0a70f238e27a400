import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Failure, UsageError } from '../errors.js';
import { option } from '../options/option.js';
import { outputOptions } from '../options/table.js';
import { choice, flag, list, number } from '../options/types.js';
import { writeFileAtomic } from '../run/atomicFile.js';
import { StatusLine } from '../terminal/statusLine.js';
import type { Terminal } from '../terminal/terminal.js';
import { expected } from '../verify/expected.js';
import { fixedSteps } from '../verify/fixedRun.js';
import type { Cell, VerifyHost } from '../verify/host.js';
import { cellsOf, type MatrixResult, nameOf, runMatrix } from '../verify/matrix.js';
import { nodeHost } from '../verify/nodeHost.js';
import { countsLine, matrixTable, reasons } from '../verify/table.js';
import { read, shortHash, sourceOf } from '../verify/written.js';
import { type Command, defineCommand } from './command.js';

/** The source of the expected evidence, in the repository only: an installed package has no sources. */
const expectedSource = () => new URL('../../src/verify/expected.ts', import.meta.url);

const builds = ['threads', 'single'] as const;
const buildNames = list(choice(builds));
const whole = (min: number) => number({ min, max: 64, integer: true });

/** The command over the given hosts. */
export function verifyCommandOf(hosts: readonly VerifyHost[]): Command {
  const names = hosts.map(({ name }) => name);
  return defineCommand({
    name: 'verify',
    form: '[options]',
    summary: 'Repeats a small fixed training run in many ways and checks that each gives the expected bits',
    details:
      `The run has ${fixedSteps} steps. After each, the SHA-256 of every tensor (weights, running statistics, optimiser ` +
      'state), the spikes of every LIF layer and the bits of every metric are compared with those recorded.',
    options: {
      hosts: option(list(choice(names)), names, 'Where the kernels run'),
      builds: option(buildNames, [...builds], 'Builds of the kernels'),
      threads: option(list(whole(1)), [1, 2, 3, 4, 7], 'Threads that compute, in the threaded build'),
      workers: option(list(whole(0)), [0, 1, 3], 'Threads that fill batches'),
      update: option(flag, false, 'Record what the run leaves now as expected; in the repository only'),
      ...outputOptions,
    },
    positionals: { min: 0, max: 0, name: '' },
    async run({ values }, terminal) {
      if (values.update && !existsSync(expectedSource())) {
        throw new UsageError(
          '--update works in the repository only: what is installed here has no sources to record in',
        );
      }
      const cells = cellsOf(values);
      const result = await runShown(cells, hosts, values, terminal);
      if (values.update) await update(result, terminal);
      return exitCode(result);
    },
  });
}

export const verifyCommand = verifyCommandOf([nodeHost]);

async function runShown(
  cells: readonly Cell[],
  hosts: readonly VerifyHost[],
  { update, quiet, json }: { update: boolean; quiet: boolean; json: boolean },
  terminal: Terminal,
): Promise<MatrixResult> {
  const line = new StatusLine(terminal.error);
  let wrong = 0;
  try {
    const matrix = await runMatrix({
      cells,
      hosts,
      expected: update ? null : read(expected),
      onCell(cell, place) {
        if (quiet) return;
        const soFar = wrong === 0 ? '' : `, ${wrong} not ok`;
        line.draw(`cell ${place + 1} of ${cells.length}${soFar}: ${nameOf(cell)}`.slice(0, line.columns - 1));
      },
      onResult: ({ outcome }) => {
        if (outcome !== 'ok') wrong++;
      },
    });
    line.clear();
    terminal.out(json ? JSON.stringify(matrix.results, null, 2) : inWords(matrix));
    return matrix;
  } finally {
    line.clear();
    for (const host of hosts) await host.close();
  }
}

function inWords({ results, evidence }: MatrixResult): string {
  const hash = evidence === null ? 'no cell ran' : `SHA-256 of the first cell's evidence: ${evidence.digests.all}`;
  const why = reasons(results);
  const parts = [matrixTable(results), ...(why.length > 0 ? [why.join('\n')] : []), `${hash}\n${countsLine(results)}`];
  return parts.join('\n\n');
}

/** 0 when something ran and all that ran is right; a cell that cannot run on this machine is told, and is no fault. */
function exitCode({ results }: MatrixResult): number {
  const wrong = results.some(({ outcome }) => outcome === 'differs' || outcome === 'failed');
  return wrong || !results.some(({ outcome }) => outcome === 'ok') ? 1 : 0;
}

async function update(result: MatrixResult, terminal: Terminal): Promise<void> {
  const { evidence } = result;
  if (evidence === null || exitCode(result) !== 0) {
    throw new Failure('nothing is recorded: all cells that ran must agree first');
  }
  const was = shortHash(expected.digests);
  const is = shortHash(evidence.digests);
  await writeFileAtomic(fileURLToPath(expectedSource()), sourceOf(evidence));
  terminal.out(
    was === is
      ? `The expected evidence is as before: ${is}.`
      : `Expected before: ${was}; from now on: ${is}. CHANGELOG.md needs a line that names ${is} and says why.`,
  );
}
