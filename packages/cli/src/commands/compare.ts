import { join } from 'node:path';
import type { Origin } from '../config/resolve.js';
import { compareOptions } from '../options/table.js';
import { type CompareOutcome, type CompareValues, compareInFolder } from '../program/compare.js';
import { resumeLayer } from '../program/resumeLayer.js';
import { recipeLayer } from '../recipes/layer.js';
import { comparisonTable } from '../run/comparison.js';
import { REPORT_FILE } from '../run/fileNames.js';
import { tellsMore } from '../run/networkTable.js';
import type { RunRecord } from '../run/record.js';
import { commandLine } from '../terminal/commandLine.js';
import { renderNetworkTable } from '../terminal/networkTable.js';
import { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { defineCommand } from './command.js';
import { watched } from './watched.js';

export const compareCommand = defineCommand({
  name: 'compare',
  form: '[options]',
  summary: 'Trains several networks by several methods, with several seeds each, and sets the results side by side',
  details:
    'A run for each of --models, --T, --methods and --seeds. The table has a row for each network and T, beside the ' +
    "paper's figures where it has any; the report also draws accuracy over depth. Each run has its folder, " +
    'DIR/<method>-seed<k>, of several networks or T DIR/<model>-T<t>-<method>-seed<k>; --resume passes over those that ' +
    'have finished, and more networks, T, methods and seeds may join.',
  options: compareOptions,
  positionals: { min: 0, max: 0, name: '' },
  base: (values) =>
    values.resume ? resumeLayer(compareOptions, values, 'comparison') : recipeLayer(compareOptions, values),
  run: ({ values, origin }, terminal) => runComparison(values, origin, terminal),
});

/** The words of another command around a comparison of its own. */
interface Told {
  /** The words that go on with it when it was interrupted. */
  goOn(dir: string): string;
  /** Stands between the table and the report's name. */
  story(runs: readonly RunRecord[]): string[];
}

const asComparison: Told = {
  goOn: (dir) => commandLine(['compare', '--resume', '--out', dir]),
  story: () => [],
};

export async function runComparison(
  values: CompareValues,
  origin: Origin,
  terminal: Terminal,
  told: Told = asComparison,
): Promise<number> {
  const progress = new Progress(terminal, values);
  return watched(
    values,
    { terminal, progress },
    async (begin, resume) => {
      const now = resume === null ? values : { ...values, out: resume, resume: true, force: false };
      const { folder, finished } = await compareInFolder(now, origin, { news: progress, begin });
      return { dir: folder.dir, done: finished };
    },
    ({ dir, done, exitCode }) => {
      if (done !== null) return report(done, dir, { values, terminal, told });
      progress.warn(`ended with a checkpoint; to go on: ${told.goOn(dir)}`);
      return exitCode;
    },
  );
}

function report(
  { comparison, runs }: NonNullable<CompareOutcome['finished']>,
  dir: string,
  { values, terminal, told }: { values: CompareValues; terminal: Terminal; told: Told },
): number {
  if (values.json) {
    terminal.out(JSON.stringify(comparison, null, 2));
    return 0;
  }
  const { table, methods } = comparison;
  const networks = tellsMore(table) ? [renderNetworkTable(table)] : [];
  terminal.out(
    `\n${[...networks, comparisonTable(methods), ...told.story(runs), `report: ${join(dir, REPORT_FILE)}`].join('\n\n')}`,
  );
  return 0;
}
