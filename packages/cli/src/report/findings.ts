import type { EpochMetrics } from 'kestirme';
import type { RunRecord } from '../run/record.js';
import { enumerate, fixed, isNumber, number, percent, plural } from './format.js';
import { atMoment, type Group, type Moment, momentsOf, momentTitle, overRuns, type Spread, spread } from './groups.js';
import { isConvWeight, isProjection, stageOf } from './layers.js';

/** Sentences that are computed from the numbers of the runs. Plain text; the report escapes it. */

/** A ratio within these is called "about the same". */
const ALIKE = [2 / 3, 3 / 2] as const;

/** Images in the test set of a run, where the configuration tells. */
export function testImages(run: RunRecord): number | null {
  return limitPart(run, 1) ?? { builtin: 1000, mnist: 10000, cifar10: 10000, cifar100: 10000 }[dataKind(run)] ?? null;
}

export function trainImages(run: RunRecord): number | null {
  return limitPart(run, 0) ?? { builtin: 6000, mnist: 60000, cifar10: 50000, cifar100: 50000 }[dataKind(run)] ?? null;
}

export function classesOf(run: RunRecord): number | null {
  return { builtin: 10, mnist: 10, cifar10: 10, cifar100: 100 }[dataKind(run)] ?? null;
}

export function dataKind(run: RunRecord): string {
  return run.config.data.split(':')[0] ?? '';
}

function limitPart(run: RunRecord, index: number): number | null {
  const part = Number(run.config.limit.split(',')[index] || Number.NaN);
  return Number.isInteger(part) && part > 0 ? part : null;
}

function testAccuracy(group: Group): Spread | null {
  return spread(group.runs.map((run) => run.result.testAccuracy));
}

/** Chance that one of two equal methods has all its seeds above all of the other's: 2 of C(a + b, a) orders. */
export function separationOdds(a: number, b: number): number {
  let orders = 1;
  for (let index = 1; index <= a; index++) orders = (orders * (b + index)) / index;
  return orders / 2;
}

/** Pairs worth a sentence: all when there are few groups, else each against the first. */
function pairs(groups: Group[]): [Group, Group][] {
  const last = groups.length <= 3 ? groups.length : 1;
  return groups.slice(0, last).flatMap((a, index) => groups.slice(index + 1).map((b): [Group, Group] => [b, a]));
}

export function accuracyFindings(groups: Group[]): string[] {
  const compared = pairs(groups);
  const findings = compared.flatMap(([a, b]) => comparison(a, b) ?? []);
  return [...findings, ...apartNote(compared), ...samplingNoise(groups)];
}

function comparison(a: Group, b: Group): string | null {
  const [left, right] = [testAccuracy(a), testAccuracy(b)];
  if (!left || !right) return null;
  const points = (left.mean - right.mean) * 100;
  const size = `${fixed(Math.abs(points), 1)} percentage points`;
  const said =
    Math.abs(points) < 0.05
      ? `Test accuracy of ${a.label} and ${b.label} is the same in the mean (${percent(left.mean)})`
      : `Test accuracy of ${a.label} is ${size} ${points > 0 ? 'above' : 'below'} ${b.label} (${percent(left.mean)} against ${percent(right.mean)})`;
  if (left.runs < 2 || right.runs < 2) {
    const which = left.runs < 2 && right.runs < 2 ? 'one seed each' : 'one seed for one of them';
    return `${said}. With ${which}, it cannot be told whether this is the method or the seed.`;
  }
  if (apart(left, right)) return `${said}, and the ranges over the seeds do not overlap.`;
  return `${said}, but the ranges over the seeds overlap (${rangeText(left)} and ${rangeText(right)}): no difference is shown.`;
}

function apart(left: Spread, right: Spread): boolean {
  return left.max < right.min || left.min > right.max;
}

/** What ranges that do not overlap are worth, for the fewest seeds among such pairs. */
function apartNote(compared: [Group, Group][]): string[] {
  const found = compared.flatMap(([a, b]) => {
    const [left, right] = [testAccuracy(a), testAccuracy(b)];
    if (!left || !right || left.runs < 2 || right.runs < 2 || !apart(left, right)) return [];
    return [{ odds: separationOdds(left.runs, right.runs), seeds: [left.runs, right.runs] as const }];
  });
  const weakest = found.toSorted((a, b) => a.odds - b.odds)[0];
  if (!weakest) return [];
  const [a, b] = weakest.seeds;
  const seeds = a === b ? `${a} seeds each` : `${a} and ${b} seeds`;
  const worth = weakest.odds < 20 ? 'it is a hint, not evidence' : 'chance is an unlikely reason for any one pair';
  return [
    `What "do not overlap" is worth: of two equal methods with ${seeds}, one lies wholly above the other by chance in ${percent(1 / weakest.odds, weakest.odds < 50 ? 0 : 1)} of comparisons, so ${worth}.`,
  ];
}

function rangeText(value: Spread): string {
  return `${percent(value.min)} to ${percent(value.max)}`;
}

function samplingNoise(groups: Group[]): string[] {
  const sizes = new Set(groups.flatMap((group) => group.runs.map(testImages)));
  const size = [...sizes][0];
  const mean = spread(groups.map((group) => testAccuracy(group)?.mean));
  if (sizes.size !== 1 || !size || !mean) return [];
  const points = Math.sqrt(Math.max(mean.mean * (1 - mean.mean), 1 / size) / size) * 100;
  return [
    `With ${size} test images, an accuracy near ${percent(mean.mean, 0)} is known only to about ±${fixed(points, 1)} points (one standard error), on top of the spread over seeds.`,
  ];
}

/** A stage's gradient: L2 norm over its convolutions, and root mean square per weight. */
export interface StageGradient {
  norm: number;
  rms: number;
}

export function stageGradient(metrics: EpochMetrics, stage: string): StageGradient | null {
  let [squares, count] = [0, 0];
  for (const [name, stats] of Object.entries(metrics.gradients.weights)) {
    if (!isConvWeight(name) || isProjection(name) || stageOf(name) !== stage) continue;
    if (!isNumber(stats.norm) || !isNumber(stats.count) || stats.count <= 0) return null;
    squares += stats.norm * stats.norm;
    count += stats.count;
  }
  return count > 0 ? { norm: Math.sqrt(squares), rms: Math.sqrt(squares / count) } : null;
}

/** First and last stage: by name where the network has stages, else its first and last convolution. */
export function outerStages(groups: Group[]): [first: string, last: string] | null {
  const names = Object.keys(groups[0]?.runs[0]?.metrics[0]?.gradients.weights ?? {}).filter(isConvWeight);
  const all = [...new Set(names.map(stageOf))];
  const stages = all.filter((name) => /^stage\d+$/.test(name));
  const [first, last] = stages.length > 1 ? [stages[0], stages.at(-1)] : [all[0], all.at(-1)];
  return first !== undefined && last !== undefined && first !== last ? [first, last] : null;
}

function ratioText(ratio: Spread): string {
  return ratio.runs > 1
    ? `${number(ratio.mean)} times (${number(ratio.min)} to ${number(ratio.max)} over the seeds)`
    : `${number(ratio.mean)} times`;
}

export function gradientFindings(groups: Group[]): string[] {
  const stages = outerStages(groups);
  if (!stages) return [];
  const findings = momentsOf(groups).flatMap((moment) => [
    ...profileFindings(groups, moment, stages),
    ...ratioFindings(groups, moment, stages[0]),
  ]);
  return [...findings, ...scaleNote(groups)];
}

/** Early against late layers within one method: free of the scale of the loss. */
function profileFindings(groups: Group[], moment: Moment, [first, last]: [string, string]): string[] {
  const parts = groups.flatMap((group) => {
    const ratio = overRuns(group, moment, (metrics) => {
      const [early, late] = [stageGradient(metrics, first), stageGradient(metrics, last)];
      return early && late && late.rms > 0 ? early.rms / late.rms : undefined;
    });
    return ratio ? [{ group, ratio }] : [];
  });
  if (parts.length === 0) return [];
  const vanilla = parts.find(({ group }) => group.method === 'vanilla');
  const verdict = vanilla ? ` ${profileVerdict(vanilla.group, vanilla.ratio)}` : '';
  const said = enumerate(parts.map(({ group, ratio }) => `${ratioText(ratio)} in ${group.label}`));
  return [
    `${momentTitle(moment, groups)}: per weight (root mean square), the gradient of ${first} is, against that of ${last}: ${said}.${verdict}`,
  ];
}

function profileVerdict({ label }: Group, ratio: Spread): string {
  if (ratio.max < ALIKE[0]) return `The early layers of ${label} get the weaker gradient, as the paper describes.`;
  if (ratio.min > ALIKE[1])
    return `The early layers of ${label} get the stronger gradient: they do not starve in this network.`;
  return `In ${label} neither end clearly starves: the premise of the paper is not visible here.`;
}

/** The first stage under each method against vanilla: seeds are paired where both have them. */
function ratioFindings(groups: Group[], moment: Moment, stage: string): string[] {
  const base = groups.find((group) => group.method === 'vanilla');
  if (!base) return [];
  const normOf = (run: RunRecord | undefined) => {
    const metrics = run && atMoment(run, moment);
    return metrics ? stageGradient(metrics, stage)?.norm : undefined;
  };
  const parts = groups.flatMap((group) => {
    const ratio = spread(
      group.runs.map((run) => {
        const peer = base.runs.find((other) => other.config.seed === run.config.seed) ?? base.runs[0];
        const [norm, vanilla] = [normOf(run), normOf(peer)];
        return group !== base && norm !== undefined && vanilla ? norm / vanilla : undefined;
      }),
    );
    return ratio ? [`${ratioText(ratio)} under ${group.label}: ${sizeWord(ratio)}`] : [];
  });
  if (parts.length === 0) return [];
  return [
    `${momentTitle(moment, groups)}: the gradient norm of ${stage} is, against that of ${base.label}: ${parts.join('; ')}.`,
  ];
}

/** The heads' weights scale the gradient of the loss everywhere, which a ratio between methods cannot tell apart. */
function scaleNote(groups: Group[]): string[] {
  const total = (metrics: EpochMetrics) => (metrics.headWeights ?? []).reduce((sum, weight) => sum + weight, 0);
  const sums = groups.map((group) => ({ group, sum: overRuns(group, 'first', total)?.mean }));
  if (new Set(sums.map(({ sum }) => number(sum))).size < 2) return [];
  const said = enumerate(sums.map(({ group, sum }) => `${number(sum)} in ${group.label}`));
  return [
    `The weights of the heads add up to ${said} (first epoch), which scales all gradients of a method alike: judge the shape over depth, not the ratio between methods alone.`,
  ];
}

function sizeWord(ratio: Spread): string {
  if (ratio.min > ALIKE[1]) return 'larger';
  if (ratio.max < ALIKE[0]) return 'smaller';
  return ratio.min >= ALIKE[0] && ratio.max <= ALIKE[1] ? 'about the same' : 'the seeds do not agree';
}

export function seedsText(groups: Group[]): string {
  const counts = [...new Set(groups.map((group) => group.runs.length))];
  return counts.length === 1
    ? plural(counts[0] ?? 0, 'seed')
    : `${Math.min(...counts)} to ${Math.max(...counts)} seeds`;
}
