import { bytes, duration, enumerate, fixed, MISSING, number, percent } from '@kestirme/dashboard/charts';
import { shortFingerprint } from '../run/fingerprint.js';
import type { RunSoFar } from '../run/record.js';
import { kernelsInWords } from '../terminal/format.js';
import { configKeys, configText, differingKeys, type Group, testAccuracyOf } from './groups.js';
import { type Cell, code, rowsTable, table } from './html.js';
import { splitText } from './images.js';

/** 'vanilla, seed 0'; the group's label rather than the method when a method has several groups. */
export function runNames(groups: Group[]): Map<RunSoFar, string> {
  return new Map(
    groups.flatMap((group) => group.runs.map((run) => [run, `${group.label}, seed ${run.config.seed}`] as const)),
  );
}

/** Every option: first those in which the runs differ, with the runs of each value; then those that all share. */
export function configuration(groups: Group[]): string {
  const runs = groups.flatMap((group) => group.runs);
  const first = runs[0];
  if (!first) return '';
  const differing = differingKeys(runs);
  const keys = configKeys(runs);
  const parts: string[] = [];
  if (runs.length > 1) {
    if (differing.length === 0) parts.push('<p>The runs have the same value in every option.</p>');
    else parts.push(differencesTable(groups, differing));
  }
  const same = keys.filter((key) => !differing.includes(key));
  const rows = same.map((key) => `<div><dt>${code(key).html}</dt><dd>${code(configText(first, key)).html}</dd></div>`);
  const title = runs.length > 1 ? 'Options that all runs share' : 'Options of the run';
  parts.push(`<h3>${title}</h3><dl class="options">${rows.join('\n')}</dl>`);
  return parts.join('\n');
}

function differencesTable(groups: Group[], keys: ReturnType<typeof differingKeys>): string {
  const runs = groups.flatMap((group) => group.runs);
  const names = runNames(groups);
  const blocks = keys.map((key) => {
    const holders = new Map<string, RunSoFar[]>();
    for (const run of runs) {
      const value = configText(run, key);
      holders.set(value, [...(holders.get(value) ?? []), run]);
    }
    const rows = [...holders].map(([value, who]): Cell[] => [code(key), code(value), holdersText(who, groups, names)]);
    return { rows, lead: false };
  });
  const head = ['Option', 'Value', 'Runs'];
  return table({ caption: 'Options in which the runs differ', head, groups: blocks, text: [1, 2] });
}

/** Names a group once when all its seeds are among the runs. */
function holdersText(who: RunSoFar[], groups: Group[], names: Map<RunSoFar, string>): string {
  const whole = groups.filter((group) => group.runs.length > 1 && group.runs.every((run) => who.includes(run)));
  const rest = who.filter((run) => !whole.some((group) => group.runs.includes(run)));
  return enumerate([...whole.map((group) => `${group.label}, all seeds`), ...rest.map((run) => names.get(run) ?? '')]);
}

/** The result of each run, with the whole hash of the weights and the first digits of its fingerprint. */
export function resultsTable(groups: Group[]): string {
  const runs = groups.flatMap((group) => group.runs.map((run) => ({ group, run })));
  const marked = runs.some(({ run }) => run.result?.fingerprint !== undefined);
  const rows = runs.map(({ group, run }): Cell[] => {
    const { config, metrics, result } = run;
    const fingerprint = result?.fingerprint;
    return [
      `${group.label}, seed ${config.seed}`,
      percent(testAccuracyOf(run), 2),
      number(metrics.at(-1)?.trainLoss, 4),
      fixed(result?.imagesPerSecond, 1),
      duration(metrics.reduce((sum, line) => sum + line.seconds, 0)),
      bytes(result?.peakMemoryBytes),
      String(result?.threads ?? config.threads),
      result ? kernelsInWords(result) : MISSING,
      result ? code(result.weightsSha256) : `not finished: ${metrics.length} of ${config.epochs} epochs`,
      ...(marked ? [fingerprint === undefined ? MISSING : shortFingerprint(fingerprint)] : []),
    ];
  });
  const head = [
    'Run',
    `Test accuracy${splitText(runs.map(({ run }) => run))}`,
    'Train loss',
    'Images/s',
    'Time',
    'Peak memory',
    'Threads',
    'Kernels',
    'SHA-256 of the weights',
    ...(marked ? ['Fingerprint'] : []),
  ];
  return rowsTable('Results of each run', head, rows, [7, 8, 9]);
}
