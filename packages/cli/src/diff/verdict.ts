/** The verdict on two runs' differences, in a sentence; and the differences one by one, as a table. */
import { epochNumber, metricName } from '../run/metricNames.js';
import { plural } from '../terminal/format.js';
import { renderTable } from '../terminal/table.js';
import type { RunDifference } from './compareRuns.js';
import type { Pair } from './epochs.js';

/** Digits of a hash in sentences and tables; --json has the whole. */
const hashDigits = 12;
/** Values in a sentence, and metrics in a table. */
const mostNamed = 3;
const mostListed = 8;

export function verdict(difference: RunDifference): string {
  const found = causes(difference);
  const outcome = outcomeText(difference);
  const notes = edited(difference);
  if (difference.same) {
    return `${outcome}${found.length === 0 ? harmless(difference) : `, though: ${found.join('; ')}`}${notes}`;
  }
  if (found.length > 0) return `${[...besides(difference), ...found].join(', ')}; ${outcome}${notes}`;
  return `${sameText(difference)}; ${outcome}: ${unexplained(difference)}${notes}`;
}

/** Differences that can explain other results, a phrase each. */
export function causes({ options, program, data }: RunDifference): string[] {
  const other = (what: string, list: readonly Pair[], show: (pair: Pair) => string) => {
    if (list.length === 0) return [];
    const more = list.length > mostNamed ? [`and ${list.length - mostNamed} more`] : [];
    return [`other ${what}: ${[...list.slice(0, mostNamed).map(show), ...more].join(', ')}`];
  };
  const values = ({ name, a, b }: Pair) => `${name} ${text(a)} vs ${text(b)}`;
  const bare = ({ a, b }: Pair) => `${text(a)} vs ${text(b)}`;
  return [
    ...other('configuration', options.results, values),
    ...other('version', present(program?.version), bare),
    ...other('kernels', present(program?.kernels), bare),
    ...other(
      'data',
      data ?? [],
      ({ name, a, b }) => `${name} ${a === null || b === null ? 'is in one only' : 'differs'}`,
    ),
  ];
}

function present(pair: Pair | null | undefined): Pair[] {
  return pair ? [pair] : [];
}

/** The parts that are the same beside a cause, as far as they narrow the search. */
function besides({ options, data }: RunDifference): string[] {
  if (options.results.length > 0) return [];
  return [data !== null && data.length === 0 ? 'same configuration and data' : 'same configuration'];
}

function sameText({ program, data }: RunDifference): string {
  return program === null || data === null ? 'same configuration' : 'same configuration, version and data';
}

function outcomeText({ firstDifference: first, epochs, weights, same }: RunDifference): string {
  if (first !== null) {
    const [metric] = first.metrics as [Pair, ...Pair[]];
    const yet = weights?.same ? ', though the final weights are the same' : '';
    const values = `${metricName(metric.name)} ${text(metric.a)} vs ${text(metric.b)}${yet}`;
    if (first.epoch === 0) return `other results from epoch 1 on: ${values}`;
    return `same results up to epoch ${epochNumber(first.epoch - 1)}; in epoch ${epochNumber(first.epoch)}: ${values}`;
  }
  const agree = plural(epochs.both, 'epoch');
  if (weights !== null && same) {
    return `same results: ${agree} and the final weights ${text(weights.a)} agree to the bit`;
  }
  if (weights === null) {
    const open = epochs.a === epochs.b ? '' : ` (of ${epochs.a} and ${epochs.b})`;
    return `same results as far as both runs go: ${agree}${open} agree to the bit`;
  }
  const lengths = epochs.a === epochs.b ? '' : ` (after ${epochs.a} and ${epochs.b} epochs)`;
  if (weights.same) return `the same metrics in ${agree} and the same final weights${lengths}`;
  return `the same metrics in ${agree}, but other final weights${lengths}: ${text(weights.a)} vs ${text(weights.b)}`;
}

function unexplained({ program, options, data }: RunDifference): string {
  if (program === null || data === null) {
    return 'a run has no fingerprint, so whether program and data are the same is not known';
  }
  const may = [...neutral({ options, program }), ...present(program.host)].map(({ name }) => name);
  const suspects = may.length === 0 ? '' : ` (they differ in ${may.join(', ')}, which must not matter)`;
  return `one of the two runs is not what it says${suspects}`;
}

/** How the runs were made, the machine aside: nothing of it may change a result. */
function neutral({ options, program }: Pick<RunDifference, 'options' | 'program'>): Pair[] {
  return [...options.neutral, ...present(program?.build), ...present(program?.backend)];
}

/** Differences that, as they should, changed no result. */
function harmless(difference: RunDifference): string {
  const names = neutral(difference).map(({ name }) => name);
  return names.length === 0 ? '' : `; they differ in ${names.join(', ')}, which must not matter and did not`;
}

function edited({ edited: sides }: RunDifference): string {
  const names = sides.map((side) => (side === 'a' ? 'the first' : 'the second')).join(' and ');
  return sides.length === 0 ? '' : `; config.json of ${names} run is not the configuration that it was trained with`;
}

/** Every difference in a row; null when there is none. */
export function differencesTable(difference: RunDifference, a: string, b: string): string | null {
  const { options, program, data, firstDifference: first, weights } = difference;
  const row = ({ name, a, b }: Pair, note = '') => [name, text(a), text(b), note];
  const must = 'must not change results';
  const metrics = first?.metrics ?? [];
  const rows = [
    ...options.results.map((pair) => row(pair)),
    ...present(program?.version).map((pair) => row(pair)),
    ...present(program?.kernels).map((pair) => row(pair)),
    ...(data ?? []).map((pair) => row(pair, 'data')),
    ...[...neutral(difference), ...present(program?.host)].map((pair) => row(pair, must)),
    ...metrics
      .slice(0, mostListed)
      .map((pair) => row({ ...pair, name: metricName(pair.name) }, `epoch ${epochNumber(first?.epoch ?? 0)}`)),
    ...(metrics.length > mostListed ? [[`${metrics.length - mostListed} more metrics`]] : []),
    ...(weights === null || weights.same ? [] : [row({ name: 'final weights', a: weights.a, b: weights.b })]),
  ];
  if (rows.length === 0) return null;
  return renderTable([{ title: 'difference' }, { title: a }, { title: b }, { title: '' }], rows);
}

/** Numbers in full; hashes by their first digits. */
function text(value: unknown): string {
  if (value === null) return '-';
  if (typeof value !== 'string') return typeof value === 'number' ? String(value) : shortened(JSON.stringify(value));
  return value.replace(/\b[0-9a-f]{64}\b/g, (hash) => hash.slice(0, hashDigits));
}

function shortened(list: string): string {
  return list.length > 40 ? `${list.slice(0, 37)}...` : list;
}
