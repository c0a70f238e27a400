import type { Origin } from '../config/resolve.js';
import { compareOptions } from '../options/table.js';
import { type CompareValues, compareInFolder } from '../program/compare.js';
import { resumeLayer } from '../program/resumeLayer.js';
import { recipeLayer } from '../recipes/layer.js';
import { comparisonTable } from '../run/comparison.js';
import { REPORT_FILE } from '../run/fileNames.js';
import type { Interrupt } from '../run/interrupt.js';
import { tellsMore } from '../run/networkTable.js';
import type { RunRecord } from '../run/record.js';
import { commandLine } from '../terminal/commandLine.js';
import { renderNetworkTable } from '../terminal/networkTable.js';
import { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { defineCommand } from './command.js';
import { interruptible } from './session.js';

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
  let interrupt: Interrupt | undefined;
  const begin = () => {
    interrupt = interruptible(progress, terminal, values);
    return interrupt.signal;
  };
  try {
    const { folder, finished } = await compareInFolder(values, origin, { news: progress, begin });
    if (finished === null) {
      progress.warn(`ended with a checkpoint; to go on: ${told.goOn(folder.dir)}`);
      return interrupt?.exitCode ?? 1;
    }
    const { comparison, runs } = finished;
    if (values.json) {
      terminal.out(JSON.stringify(comparison, null, 2));
      return 0;
    }
    const { table, methods } = comparison;
    const networks = tellsMore(table) ? [renderNetworkTable(table)] : [];
    terminal.out(
      `\n${[...networks, comparisonTable(methods), ...told.story(runs), `report: ${folder.path(REPORT_FILE)}`].join('\n\n')}`,
    );
    return 0;
  } finally {
    interrupt?.dispose();
  }
}
