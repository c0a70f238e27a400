import { enumerate, fixed, isNumber, percent, plural } from '@kestirme/dashboard/charts';
import type { RunSoFar } from '../run/record.js';
import { kernelsInWords } from '../terminal/format.js';
import {
  atEpoch,
  configText,
  confounders,
  epochsOf,
  type Group,
  isUnfinished,
  overRuns,
  testAccuracyOf,
} from './groups.js';
import { classesOf, dataKind, isGuessing, trainImages } from './images.js';

/** Facts of these runs that weaken a conclusion. Plain text; empty when there is none. */

/** Published recipes for such networks run 100 to 400 epochs; below this many nothing has settled. */
const FEW_EPOCHS = 20;
const FEW_IMAGES = 20000;
const SILENT = 0.001;
const SATURATED = 0.9;
const MOST_NAMES = 5;

export function cautions(groups: Group[]): string[] {
  const runs = groups.flatMap((group) => group.runs);
  return [
    ...seedCautions(groups),
    ...sizeCautions(runs),
    ...comparisonCautions(groups, runs),
    ...numberCautions(groups, runs),
    ...hashCautions(groups),
    ...layerCautions(groups),
  ];
}

function seedCautions(groups: Group[]): string[] {
  const single = groups.filter((group) => group.runs.length === 1).map((group) => group.label);
  const out: string[] = [];
  if (single.length > 0) {
    out.push(`Only one seed: ${enumerate(single)}. Another seed may turn any difference around; run at least three.`);
  }
  const most = Math.max(...groups.map((group) => group.runs.length));
  if (most > 1 && most < 3) out.push('Two seeds give a range, not a distribution: a small range may be luck.');
  const sets = new Set(groups.map((group) => group.runs.map((run) => run.config.seed).join(',')));
  if (sets.size > 1) out.push('The methods were not run with the same seeds.');
  return out;
}

function sizeCautions(runs: RunSoFar[]): string[] {
  const out: string[] = [];
  const epochs = Math.min(...runs.map((run) => run.metrics.length));
  if (epochs < FEW_EPOCHS) {
    out.push(
      `Few epochs (${epochs}): published results of this kind come from 100 to 400 epochs, and methods that are slow at first may win later.`,
    );
  }
  const sizes = runs.map(trainImages).filter(isNumber);
  if (sizes.length > 0 && Math.min(...sizes) < FEW_IMAGES) {
    out.push(
      `Small data (${Math.min(...sizes)} training images): accuracies and differences do not carry over to the whole data set.`,
    );
  }
  if (runs.some(({ metrics }) => metrics.some(({ judgedBy }) => judgedBy === 'validation'))) {
    out.push(
      'Epochs were judged by training images held out (validation): until a run has finished, its test figures are of these, ' +
        'and those over epochs remain so. The test images were read once, at the end, by the weights of the best epoch.',
    );
  }
  if (runs.some((run) => ['builtin', 'mnist'].includes(dataKind(run)))) {
    out.push(
      'Digits are easy: nearly every network learns them, so they can show that training works, hardly that one method is better.',
    );
  }
  return out;
}

function comparisonCautions(groups: Group[], runs: RunSoFar[]): string[] {
  const out: string[] = [];
  const keys = confounders(runs);
  if (keys.length > 0) {
    const shown = keys.map((key) => `${key} (${enumerate([...new Set(runs.map((run) => configText(run, key)))], 4)})`);
    out.push(
      `The runs differ in more than the method: ${enumerate(shown, MOST_NAMES)}. A difference between runs that differ there may come from that, and no sentence here compares them.`,
    );
  }
  const different = (pick: (run: RunSoFar) => unknown) => new Set(runs.map(pick)).size > 1;
  const open = runs.filter(isUnfinished).length;
  if (open > 0) {
    out.push(
      `Not finished: ${open} of ${plural(runs.length, 'run')}. Sentences compare after as many epochs as all runs of a comparison have; figures go as far as each run.`,
    );
  } else if (different((run) => run.metrics.length)) {
    out.push('The runs are not equally long; last epochs are shown all the same.');
  }
  if (different((run) => run.result?.threads ?? run.config.threads))
    out.push('The runs used different numbers of threads: compare accuracies and hashes, not speed.');
  const kernels = [...new Set(runs.flatMap(({ result }) => (result ? [kernelsInWords(result)] : [])))];
  if (kernels.length > 1)
    out.push(`The runs used different kernels (${enumerate(kernels)}): compare accuracies and hashes, not speed.`);
  if (different((run) => run.result?.version ?? run.config.version))
    out.push('The runs were made by different versions of the program.');
  for (const group of groups) {
    const [before, last] = epochsOf([group])
      .slice(-2)
      .map((epoch) => atEpoch(group, epoch, (line) => line.testAccuracy)?.mean);
    if (before !== undefined && last !== undefined && Math.abs(last - before) > 0.01) {
      out.push(
        `${group.label} had not settled: its test accuracy moved by ${fixed((last - before) * 100, 1)} points in the last epoch.`,
      );
    }
  }
  return out;
}

function numberCautions(groups: Group[], runs: RunSoFar[]): string[] {
  const out: string[] = [];
  const broken = groups.filter((group) =>
    group.runs.some((run) =>
      [testAccuracyOf(run), ...run.metrics.flatMap((line) => [line.trainLoss, line.testLoss])].some(
        (value) => !isNumber(value),
      ),
    ),
  );
  if (broken.length > 0) {
    out.push(
      `Numbers that are not finite: ${enumerate(broken.map((group) => group.label))}. The training diverged; they are left out of means and charts.`,
    );
  }
  if (runs.some((run) => run.metrics.length === 0)) out.push('Some runs recorded no epoch.');
  for (const group of groups) {
    const unlearned = group.runs.filter((run) => {
      const accuracy = testAccuracyOf(run);
      return isNumber(accuracy) && isGuessing(accuracy, run);
    });
    const [first] = unlearned;
    if (!first) continue;
    const who = unlearned.length === group.runs.length ? '' : ` with ${unlearned.length} of ${group.runs.length} seeds`;
    const least = Math.min(...unlearned.map((run) => testAccuracyOf(run) ?? 0));
    out.push(
      `${group.label} is at the level of guessing${who} (${percent(least)} of ${classesOf(first)} classes): it has not learned, and its gradients say little about the method.`,
    );
  }
  return out;
}

function hashCautions(groups: Group[]): string[] {
  const out: string[] = [];
  const byHash = new Map<string, Set<Group>>();
  for (const group of groups) {
    const finished = group.runs.flatMap(({ config, result }) =>
      result ? [{ seed: config.seed, hash: result.weightsSha256 }] : [],
    );
    for (const { hash } of finished) {
      byHash.set(hash, (byHash.get(hash) ?? new Set()).add(group));
    }
    const seeds = [...new Set(group.runs.map((run) => run.config.seed))];
    const torn = seeds.filter(
      (seed) => new Set(finished.filter((run) => run.seed === seed).map((run) => run.hash)).size > 1,
    );
    if (torn.length > 0) {
      out.push(
        `${group.label} gave different weights for the same seed (${enumerate(torn.map(String))}). The same options must give the same bits: check the versions, and report it.`,
      );
    }
    if (seeds.length < group.runs.length)
      out.push(`${group.label} holds a seed more than once: its spread is too small.`);
  }
  for (const [, sharers] of byHash) {
    if (sharers.size > 1)
      out.push(
        `The same weights came out of ${enumerate([...sharers].map((group) => group.label))}: the option that sets them apart had no effect.`,
      );
  }
  return out;
}

function layerCautions(groups: Group[]): string[] {
  return groups.flatMap((group) => {
    const names = Object.keys(group.runs[0]?.metrics.at(-1)?.firingRates ?? {});
    const rate = (name: string) => overRuns(group, 'last', (line) => line.firingRates[name])?.mean;
    const silent = names.filter((name) => (rate(name) ?? 1) < SILENT);
    const saturated = names.filter((name) => (rate(name) ?? 0) > SATURATED);
    const out: string[] = [];
    if (silent.length > 0)
      out.push(
        `${group.label}: ${plural(silent.length, 'layer')} nearly silent in the last epoch (below ${percent(SILENT)}): ${enumerate(silent, MOST_NAMES)}.`,
      );
    if (saturated.length > 0)
      out.push(
        `${group.label}: ${plural(saturated.length, 'layer')} firing nearly always (above ${percent(SATURATED, 0)}): ${enumerate(saturated, MOST_NAMES)}.`,
      );
    return out;
  });
}
