/** What the page says of itself in a line, which screen readers read out when it changes. */
import { percent } from '../../charts/format.js';
import type { LaneRecord } from './laneRecord.js';
import type { Phase } from './phase.js';

const phrases: Record<Phase, string> = {
  preparing: 'Makes the networks ready …',
  ready: 'Ready: press Run, or Step for one step at a time.',
  running: 'Trains.',
  paused: 'Paused.',
  finished: 'Finished.',
  failed: 'Failed: ',
  broken: 'Failed: ',
};
/** While a training runs the table tells its results: nobody has them read out each time. */
const silent: readonly Phase[] = ['preparing', 'ready', 'running'];

export function statusOf(phase: Phase, records: readonly LaneRecord[], problem: string): string {
  if (phase === 'failed') {
    const help = /memory|allocat/i.test(problem)
      ? ' Close other pages, or choose less width, layers or time steps.'
      : '';
    return `${phrases.failed}${problem}${help} Reset begins anew.`;
  }
  if (phase === 'broken') return `${phrases.broken}${problem} Load the page anew.`;
  if (silent.includes(phase)) return phrases[phase];
  const tested = records.flatMap(({ info: { method }, tests }) => {
    const last = tests.at(-1);
    return last === undefined ? [] : [`${method} ${percent(last.value)}`];
  });
  const passes = Math.max(0, ...records.map(({ tests }) => tests.length));
  const results =
    tested.length > 0
      ? ` Right on test images after ${passes} ${passes === 1 ? 'epoch' : 'epochs'}: ${tested.join(', ')}.`
      : '';
  return `${phrases[phase]}${results}`;
}
