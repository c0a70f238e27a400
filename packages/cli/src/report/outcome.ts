/** The outcome of each method, and the worth of a difference between two of them. */
import { isNumber } from '@kestirme/dashboard/charts';
import { type Group, isUnfinished, type Spread, spread, testAccuracyOf } from './groups.js';
import { countingError, isGuessing, testImages } from './images.js';
import type { Setting } from './settings.js';

export interface Outcome {
  group: Group;
  name: string;
  accuracy: Spread;
  /** Seeds that are at the level of guessing. */
  guessing: number;
  /** Standard error of an accuracy that was counted on the test images; 0 where their number is not known. */
  counting: number;
  images: number | null;
}

export interface Outcomes {
  /** Epochs after which the runs are compared, when some of them have not finished; null: all have. */
  after: number | null;
  /** Outcomes of the groups with an accuracy. */
  all: Outcome[];
}

/** Runs that are not over are compared after as many epochs as all of them have. */
export function outcomesOf({ groups, nameOf }: Setting): Outcomes {
  const runs = groups.flatMap((group) => group.runs).filter((run) => run.metrics.length > 0);
  const after = runs.some(isUnfinished) ? Math.min(...runs.map((run) => run.metrics.length)) : null;
  const all = groups.flatMap((group): Outcome[] => {
    const [run] = group.runs;
    const values = group.runs
      .map((one) => (after === null ? testAccuracyOf(one) : one.metrics[after - 1]?.testAccuracy))
      .filter(isNumber);
    const accuracy = spread(values);
    if (!accuracy || !run) return [];
    return [
      {
        group,
        name: nameOf(group),
        accuracy,
        guessing: values.filter((value) => isGuessing(value, run)).length,
        counting: countingError(accuracy.mean, testImages(run)),
        images: testImages(run),
      },
    ];
  });
  return { after, all };
}

export function hasNotLearned({ guessing, accuracy }: Outcome): boolean {
  return guessing === accuracy.runs;
}

/**
 * 'images': so many test images do not tell the two apart. 'seeds': the seeds overlap. 'one seed': it may be the seed.
 * 'apart': every seed of the one is above every seed of the other, and by more than the images' error.
 */
export type Worth = 'images' | 'seeds' | 'one seed' | 'apart';

/** 95 % of a normal distribution lie within so many standard errors. */
const WITHIN = 1.96;

/** The least difference that so many test images tell from none. */
export function leastTold(a: Outcome, b: Outcome): number {
  return WITHIN * Math.sqrt(a.counting * a.counting + b.counting * b.counting);
}

export function worthOf(a: Outcome, b: Outcome): Worth {
  const [left, right] = [a.accuracy, b.accuracy];
  if (Math.abs(left.mean - right.mean) <= leastTold(a, b)) return 'images';
  if (left.runs < 2 || right.runs < 2) return 'one seed';
  return left.max < right.min || left.min > right.max ? 'apart' : 'seeds';
}

/** Chance that one of two equal methods has all its seeds above all of the other's: 2 of C(a + b, a) orders. */
export function separationOdds(a: number, b: number): number {
  let orders = 1;
  for (let index = 1; index <= a; index++) orders = (orders * (b + index)) / index;
  return orders / 2;
}

/** Vanilla, which the others are to beat, else the first. */
export function baseOf(all: Outcome[]): Outcome | undefined {
  return all.find(({ group }) => group.method === 'vanilla') ?? all[0];
}

/** The best of the others. */
export function rivalOf(all: Outcome[]): Outcome | undefined {
  const base = baseOf(all);
  return all.filter((one) => one !== base).toSorted((a, b) => b.accuracy.mean - a.accuracy.mean)[0];
}
