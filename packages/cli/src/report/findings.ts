import { enumerate, fixed, number, percent, plural } from '@kestirme/dashboard/charts';
import type { EpochMetrics } from 'kestirme';
import { gradientRatio, gradientRatioName } from '../run/gradientRatio.js';
import { difference } from './difference.js';
import { epochNamesOf, epochTitle, type Group, overRuns, type Spread } from './groups.js';
import { type Outcome, outcomesOf } from './outcome.js';
import { settingsOf } from './settings.js';

/** Sentences that are computed from the numbers of the runs. Plain text; the report escapes it. */

/** Pairs worth a sentence: all when there are few groups, else each against the first. */
function pairs<T>(all: T[]): [T, T][] {
  const last = all.length <= 3 ? all.length : 1;
  return all.slice(0, last).flatMap((a, index) => all.slice(index + 1).map((b): [T, T] => [a, b]));
}

/** Within each setting; from one setting to another nothing is compared. */
export function accuracyFindings(groups: Group[]): string[] {
  const findings = settingsOf(groups).flatMap((setting) => {
    const { after, all } = outcomesOf(setting);
    const where = setting.label === '' ? '' : `${setting.label}: `;
    const when = after === null ? '' : `after ${plural(after, 'epoch')} `;
    return pairs(all).map(([base, rival]) => `${where}${when}${difference(base, rival)}.`);
  });
  return [...findings, ...samplingNoise(settingsOf(groups).flatMap((setting) => outcomesOf(setting).all))];
}

function samplingNoise(all: Outcome[]): string[] {
  const sizes = new Set(all.map(({ images }) => images));
  const [images] = sizes;
  if (sizes.size !== 1 || !images) return [];
  const widest = all.toSorted((a, b) => b.counting - a.counting)[0];
  if (!widest) return [];
  return [
    `With ${images} test images, an accuracy near ${percent(widest.accuracy.mean, 0)} is known only to about ±${fixed(widest.counting * 100, 1)} points (one standard error), whatever the seeds do.`,
  ];
}

function ratioText(ratio: Spread): string {
  return ratio.runs > 1
    ? `${number(ratio.mean)} (${number(ratio.min)} to ${number(ratio.max)} over the seeds)`
    : number(ratio.mean);
}

/** Early against late layers within each method. */
export function gradientFindings(groups: Group[]): string[] {
  return epochNamesOf(groups).flatMap((epochName) => {
    const parts = groups.flatMap((group) => {
      const ratio = overRuns(group, epochName, gradientRatio);
      const weights = overRuns(group, epochName, headShare);
      if (!ratio) return [];
      const heads = weights && weights.mean === 0 ? ', where no shortcut head has weight' : '';
      return [`${ratioText(ratio)} in ${group.label}${heads}`];
    });
    return parts.length > 0
      ? [`${epochTitle(epochName, groups)}: the ${gradientRatioName} is ${enumerate(parts)}.`]
      : [];
  });
}

/** Sum of the weights of the shortcut heads; undefined where there are none. */
function headShare(metrics: EpochMetrics): number | undefined {
  const [, ...shortcuts] = metrics.headWeights ?? [];
  return shortcuts.length > 0 ? shortcuts.reduce((sum, weight) => sum + weight, 0) : undefined;
}

export function seedsText(groups: Group[]): string {
  const counts = [...new Set(groups.map((group) => group.runs.length))];
  return counts.length === 1
    ? plural(counts[0] ?? 0, 'seed')
    : `${Math.min(...counts)} to ${Math.max(...counts)} seeds`;
}
