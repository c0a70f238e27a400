/** Three sentences that come first: the outcome, its worth, and the reason. Plain text; the report escapes it. */

import { enumerate, fixed, number, percent, plural } from '@kestirme/dashboard/charts';
import { gradientRatio } from '../run/gradientRatio.js';
import { difference } from './difference.js';
import { type Group, overRuns, type Spread } from './groups.js';
import { classesOf, splitText } from './images.js';
import { baseOf, hasNotLearned, type Outcome, type Outcomes, outcomesOf, rivalOf, worthOf } from './outcome.js';
import { differingOptions, type Setting, settingsOf } from './settings.js';

const MOST_NAMED = 6;
/** A ratio within these is called about the same. */
const ALIKE = [2 / 3, 3 / 2] as const;

export function summary(groups: Group[]): string[] {
  const settings = settingsOf(groups);
  const [only] = settings;
  if (!only) return [];
  if (settings.length > 1) return ofSeveral(groups, settings);
  const outcomes = outcomesOf(only);
  if (outcomes.all.length === 0) return ['These runs have no test accuracy yet.'];
  return [reached(outcomes), verdict(outcomes.all), reason(only)];
}

/** '62.1% ± 13.8'. */
export function accuracyText({ accuracy, counting }: Outcome): string {
  const error = accuracy.deviation ?? counting;
  return error > 0 ? `${percent(accuracy.mean)} ± ${fixed(error * 100, 1)}` : percent(accuracy.mean);
}

function errorText(all: Outcome[]): string {
  const seeds = [...new Set(all.map(({ accuracy }) => accuracy.runs))].sort((a, b) => a - b);
  const images = all.find((one) => one.images !== null)?.images;
  const counted = images ? `± is the error of counting on ${images} test images` : 'no spread is known';
  if (seeds.at(-1) === 1) return `one seed; ${counted}`;
  const several = seeds.length === 1 ? `${seeds[0]} seeds` : `${seeds[0]} to ${seeds.at(-1)} seeds`;
  return `mean ± standard deviation over ${several}${seeds[0] === 1 ? `; of one seed ${counted}` : ''}`;
}

function reached({ after, all }: Outcomes): string {
  const when = after === null ? '' : ` after ${plural(after, 'epoch')}, as far as all runs have come,`;
  const classes = all.map(({ group }) => group.runs[0] && classesOf(group.runs[0])).find(Boolean);
  const chance = classes ? `, where guessing gives ${percent(1 / classes, 1 / classes < 0.1 ? 1 : 0)}` : '';
  const said = all.map((one) => `${one.name} ${accuracyText(one)}`);
  const split = splitText(all.flatMap(({ group }) => group.runs));
  return `On the test images${split}, with the main head alone,${when} ${all.length > 1 ? 'the accuracies are' : 'the accuracy is'} ${enumerate(said, MOST_NAMED)} (${errorText(all)})${chance}.`;
}

/** Whether there is a difference, and its worth. */
function verdict(all: Outcome[]): string {
  const [base, rival] = [baseOf(all), rivalOf(all)];
  if (!base) return '';
  if (!rival) {
    if (hasNotLearned(base)) return `${base.name} has not learned: it is at the level of guessing.`;
    return `${base.name} has learned${someGuess(base)}; there is no other method to compare it with.`;
  }
  if (all.every(hasNotLearned)) {
    return 'None of them has learned: all are at the level of guessing, so these runs say nothing about the methods.';
  }
  return `${difference(base, rival)}${alike(all, base, rival)}.`;
}

/** Methods that are not told apart from the best. */
function alike(all: Outcome[], base: Outcome, rival: Outcome): string {
  const others = all.filter(
    (one) => one !== base && one !== rival && ['images', 'seeds'].includes(worthOf(one, rival)),
  );
  return others.length > 0
    ? `; between ${rival.name} and ${enumerate(
        others.map(({ name }) => name),
        MOST_NAMED,
      )} no difference is shown`
    : '';
}

function someGuess({ guessing, accuracy }: Outcome): string {
  return guessing > 0 ? `, but ${guessing} of ${accuracy.runs} seeds only guess` : '';
}

function reason({ groups, nameOf }: Setting): string {
  const ratios = groups.flatMap((group) => {
    const ratio = overRuns(group, 'first', gradientRatio);
    return ratio ? [{ group, ratio }] : [];
  });
  if (ratios.length === 0) {
    return 'How the gradient spreads over depth is not told by these runs, whose norms of weights a version before did not record.';
  }
  const said = enumerate(
    ratios.map(({ group, ratio }) => `${ratioText(ratio)} in ${nameOf(group)}`),
    MOST_NAMED,
  );
  return `In epoch 1 the gradient ratio (first convolution against the last, each per norm of its weights) is ${said}${judgement(ratios, nameOf)}.`;
}

function ratioText({ mean, deviation }: Spread): string {
  return deviation === null ? number(mean) : `${number(mean)} ± ${number(deviation, 2)}`;
}

function judgement(ratios: { group: Group; ratio: Spread }[], nameOf: Setting['nameOf']): string {
  const vanilla = ratios.find(({ group }) => group.method === 'vanilla');
  if (!vanilla) return '';
  const name = nameOf(vanilla.group);
  const starves = vanilla.ratio.max < ALIKE[0];
  const premise = starves
    ? `the first layer starves in ${name}, as the paper says`
    : vanilla.ratio.min >= ALIKE[0]
      ? `the first layer does not starve in ${name}`
      : `the seeds of ${name} do not agree on whether its first layer starves`;
  const others = ratios.filter(({ group }) => group !== vanilla.group);
  const raised = others.filter(({ ratio }) => ratio.min > ALIKE[1] * vanilla.ratio.max);
  if (others.length === 0) return `: ${premise}`;
  const best = raised.toSorted((a, b) => b.ratio.mean - a.ratio.mean)[0];
  if (!best || vanilla.ratio.mean <= 0) return `: ${premise}, and shortcut heads do not raise its share`;
  const times = number(best.ratio.mean / vanilla.ratio.mean, 2);
  const who = enumerate(raised.map(({ group }) => nameOf(group)));
  return `: ${premise}, ${starves ? 'and' : 'but'} with the shortcut heads of ${who} its share is larger, up to ${times} times`;
}

/** Several settings: nothing is compared from one to another. */
function ofSeveral(groups: Group[], settings: Setting[]): string[] {
  const what = enumerate(differingOptions(groups), MOST_NAMED);
  const found = settings.map((setting) => ({ setting, all: outcomesOf(setting).all }));
  const unlearned = found.flatMap(({ all }) => all.filter(hasNotLearned).map(({ group }) => group.label));
  const learned =
    unlearned.length > 0
      ? `At the level of guessing, so without having learned: ${enumerate([...new Set(unlearned)], MOST_NAMED)}.`
      : 'Every one of them has learned more than guessing.';
  const compared = found.flatMap(({ setting, all }) => {
    const [base, rival] = [baseOf(all), rivalOf(all)];
    return base && rival ? [{ setting, base, rival, gain: rival.accuracy.mean - base.accuracy.mean }] : [];
  });
  const apart = `These runs differ in more than the method (${what}), and what differs there is not compared in words`;
  const best = compared.toSorted((a, b) => b.gain - a.gain)[0];
  if (!best) {
    const said = found.flatMap(({ setting, all }) =>
      all.map((one) => `${accuracyText(one)} of ${one.name} (${setting.label})`),
    );
    return [`${apart}.`, `The test accuracies are ${enumerate(said, MOST_NAMED)}.`, learned];
  }
  const above = compared.filter(({ gain }) => gain > 0);
  const sure = above.filter(({ base, rival }) => worthOf(base, rival) === 'apart');
  const names = [...new Set(compared.map(({ base }) => base.name))];
  return [
    `${apart}; in ${above.length} of ${plural(compared.length, 'setting')} that can be compared within, the best other method is above ${enumerate(names, 2)}, beyond the noise of seeds and images in ${sure.length}.`,
    `The most in favour is ${best.setting.label}, where it reads: ${difference(best.base, best.rival)}.`,
    learned,
  ];
}
