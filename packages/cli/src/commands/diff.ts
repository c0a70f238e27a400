import { compareRuns, type RunDifference } from '../diff/compareRuns.js';
import { readSides, type Side } from '../diff/side.js';
import { causes, differencesTable, verdict } from '../diff/verdict.js';
import { messageWithFile, UsageError } from '../errors.js';
import { outputOptions } from '../options/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { defineCommand } from './command.js';

const { json } = outputOptions;

export const diffCommand = defineCommand({
  name: 'diff',
  form: 'RUN_A RUN_B [--json]',
  summary: 'Says what two runs or comparisons differ in, from the configuration to the first differing epoch',
  details:
    'Exit code: 0 the same results, 1 other results, 2 nothing to compare. Runs that have not finished are compared as ' +
    'far as both go. Comparisons are compared run by run; a run that only one of them has is a difference. ' +
    'Timings are not compared.',
  options: { json },
  positionals: { min: 2, max: 2, name: 'RUN_A or RUN_B, a folder of a run or comparison,' },
  async run({ values, positionals: [a = '', b = ''] }, terminal) {
    const [first, second] = await Promise.all([a, b].map(readOrRefuse));
    if (first?.kind === 'run' && second?.kind === 'run') {
      return reportRuns({ a, b, json: values.json, terminal }, first.run, second.run);
    }
    if (first?.kind === 'comparison' && second?.kind === 'comparison') {
      return reportComparisons({ a, b, json: values.json, terminal }, first.runs, second.runs);
    }
    const [run, comparison] = first?.kind === 'run' ? [a, b] : [b, a];
    throw new UsageError(`${run} is a run, ${comparison} a comparison; name the folder of one of its runs`);
  },
});

interface Output {
  /** Folders, as the user named them. */
  a: string;
  b: string;
  json: boolean;
  terminal: Terminal;
}

/** Exit code 1 means other results, so a folder that cannot be read ends with 2. */
async function readOrRefuse(dir: string) {
  try {
    return await readSides(dir);
  } catch (error) {
    throw new UsageError(messageWithFile(error), { cause: error });
  }
}

function reportRuns({ a, b, json, terminal }: Output, first: Side, second: Side): number {
  for (const [dir, { metrics }] of [[a, first] as const, [b, second] as const]) {
    if (metrics.length === 0) throw new UsageError(`nothing to compare: ${dir} has no finished epoch yet`);
  }
  const difference = compareRuns(first, second);
  if (json) terminal.out(JSON.stringify({ a, b, ...inWords(difference) }, null, 2));
  else {
    terminal.out(verdict(difference));
    const isOneLine = difference.same && causes(difference).length === 0;
    const table = isOneLine ? null : differencesTable(difference, a, b);
    if (table !== null) terminal.out(`\n${table}`);
  }
  return difference.same ? 0 : 1;
}

function reportComparisons(
  output: Output,
  first: ReadonlyMap<string, Side>,
  second: ReadonlyMap<string, Side>,
): number {
  const { a, b, json, terminal } = output;
  const pairs = [...first].flatMap(([name, side]) => {
    const other = second.get(name);
    return other === undefined ? [] : [{ name, difference: compareRuns(side, other) }];
  });
  if (pairs.length === 0) throw new UsageError(`nothing to compare: ${a} and ${b} have no run of the same name`);
  const onlyA = [...first.keys()].filter((name) => !second.has(name));
  const onlyB = [...second.keys()].filter((name) => !first.has(name));
  const same = onlyA.length + onlyB.length === 0 && pairs.every(({ difference }) => difference.same);
  if (json) {
    const runs = Object.fromEntries(pairs.map(({ name, difference }) => [name, inWords(difference)]));
    terminal.out(JSON.stringify({ a, b, same, runs, onlyA, onlyB }, null, 2));
    return same ? 0 : 1;
  }
  for (const { name, difference } of pairs) {
    terminal.out(`${name}: ${verdict(difference)}`);
    const table = difference.same ? null : differencesTable(difference, a, b);
    if (table !== null) terminal.out(`\n${table}\n`);
  }
  for (const [dir, names] of [[a, onlyA] as const, [b, onlyB] as const]) {
    if (names.length > 0) terminal.out(`only in ${dir}: ${names.join(', ')}`);
  }
  return same ? 0 : 1;
}

function inWords(difference: RunDifference) {
  return { verdict: verdict(difference), ...difference };
}
