/** The story of a comparison of the methods, in words for somebody who has never heard of them. */

import type { Method } from 'kestirme';
import { classesOf, countingError, testImages } from '../report/images.js';
import { duration, percent, significant } from '../terminal/format.js';
import { gradientRatio } from './gradientRatio.js';
import { modelFacts } from './modelFacts.js';
import type { RunRecord } from './record.js';

/** Within two standard errors of guessing, on so many test images, nothing has been learned. */
const ERRORS = 2;

interface Outcome {
  accuracy: number;
  /** Gradient at the first convolution against the last, in the first epoch. */
  ratio: number | null;
  guesses: boolean;
  classes: number;
  /** Layers of the network. */
  depth: number;
}

/** The story of one network and seed, trained by vanilla and evolution, perhaps by shortcut. Every clause depends on the numbers. */
export function story(runs: readonly RunRecord[]): string {
  const of = (method: Method) => {
    const run = runs.find(({ config }) => config.method === method);
    return run === undefined ? null : outcomeOf(run);
  };
  const [vanilla, shortcut, evolution] = [of('vanilla'), of('shortcut'), of('evolution')];
  if (vanilla === null || evolution === null) return '';
  const seconds = runs.flatMap(({ metrics }) => metrics).reduce((sum, epoch) => sum + epoch.seconds, 0);
  return [
    plain(vanilla),
    withHeads(vanilla, evolution),
    left(shortcut, evolution),
    `All this took ${duration(seconds)} of training.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Null where the data's classes are not known: nobody can say then what guessing gives. */
function outcomeOf(run: RunRecord): Outcome | null {
  const { result, metrics } = run;
  const classes = classesOf(run);
  if (classes === null) return null;
  const guessing = 1 / classes;
  const [first] = metrics;
  return {
    accuracy: result.testAccuracy,
    ratio: first === undefined ? null : gradientRatio(first),
    guesses: result.testAccuracy <= guessing + ERRORS * countingError(guessing, testImages(run)),
    classes,
    depth: modelFacts(run)?.depth ?? 0,
  };
}

function plain({ accuracy, ratio, guesses, classes, depth }: Outcome): string {
  const share =
    ratio === null
      ? ''
      : ` its first layer gets ${significant(ratio)} times the gradient of its last (each per size of its weights), and`;
  const learned = guesses
    ? `it only guesses: ${percent(accuracy)} right, of ${classes} classes`
    : `it is right on ${percent(accuracy)} of the test images`;
  return `What happened: this network has ${depth} layers. Trained by plain back-propagation (vanilla),${share} ${learned}.`;
}

function withHeads(vanilla: Outcome, { accuracy, ratio }: Outcome): string {
  const share = ratio === null ? '' : `, now ${significant(ratio)} times the last one's,`;
  const gain = accuracy - vanilla.accuracy;
  const outcome =
    gain > 0
      ? `and the same network reaches ${percent(accuracy)}`
      : `but this time the same network reaches only ${percent(accuracy)}`;
  return (
    `With a small head on every block the early layers get a gradient of their own${share} ${outcome} (evolution: the ` +
    'heads count less and less, and inference has none of them).'
  );
}

function left(shortcut: Outcome | null, evolution: Outcome): string {
  if (shortcut === null || shortcut.accuracy >= evolution.accuracy) return '';
  return `Heads that keep their weight to the end (shortcut) leave the network's own output behind: ${percent(shortcut.accuracy)}.`;
}
