/** A difference between two methods, and its worth, in words. */
import { fixed, percent } from '@kestirme/dashboard/charts';
import { hasNotLearned, leastTold, type Outcome, separationOdds, worthOf } from './outcome.js';

/** Without the full stop. */
export function difference(base: Outcome, rival: Outcome): string {
  const points = (rival.accuracy.mean - base.accuracy.mean) * 100;
  const [left, right] = [nameOf(base), nameOf(rival)];
  const size = `${fixed(Math.abs(points), 1)} percentage points`;
  const said =
    Math.abs(points) < 0.05
      ? `Between ${left} and ${right} there is no difference in the test accuracy`
      : `Against ${left}, ${right} ${points > 0 ? 'gains' : 'loses'} ${size} of test accuracy`;
  return `${said}: ${worthText(base, rival)}`;
}

function nameOf(outcome: Outcome): string {
  const { name, guessing, accuracy } = outcome;
  if (hasNotLearned(outcome)) return `${name} (which has not learned)`;
  return guessing > 0 ? `${name} (${guessing} of its ${accuracy.runs} seeds only guess)` : name;
}

function worthText(base: Outcome, rival: Outcome): string {
  const told = `${fixed(leastTold(base, rival) * 100, 1)} points`;
  const seeds = [rival.accuracy.runs, base.accuracy.runs];
  switch (worthOf(base, rival)) {
    case 'images':
      return `within the noise, since ${base.images} test images tell apart only what differs by more than ${told}`;
    case 'one seed':
      return `${base.images === null ? 'with' : `more than ${base.images} test images explain, but with`} one seed it cannot be told whether this is the method or the seed`;
    case 'seeds':
      return 'within the noise, since the seeds of the two overlap; no difference is shown';
    case 'apart': {
      const odds = separationOdds(...(seeds as [number, number]));
      const chance = percent(1 / odds, odds < 50 ? 0 : 1);
      const gap = gapOf(base, rival);
      const wide = gap > Math.max(base.accuracy.deviation ?? 0, rival.accuracy.deviation ?? 0);
      const hint = odds < 20 && !wide ? ', so it is a hint rather than evidence' : '';
      const many = seeds[0] === seeds[1] ? `${seeds[0]} seeds each` : `${seeds[0]} and ${seeds[1]} seeds`;
      return `every seed of the one is above every seed of the other, by ${fixed(gap * 100, 1)} points or more (with ${many}, chance alone orders them so in ${chance} of comparisons${hint})`;
    }
  }
}

/** Between the lowest seed of the better and the highest of the other. */
function gapOf({ accuracy: a }: Outcome, { accuracy: b }: Outcome): number {
  return a.mean > b.mean ? a.min - b.max : b.min - a.max;
}
