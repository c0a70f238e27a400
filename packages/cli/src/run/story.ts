/** What a comparison of the methods shows, in words for somebody who has never heard of them. */
import { duration, percent, significant } from '../terminal/format.js';
import { gradientRatio } from './gradientRatio.js';
import type { Method, RunRecord } from './record.js';

/** Within two standard errors of guessing, on so many test images, nothing has been learned. */
const ERRORS = 2;

interface Outcome {
  accuracy: number;
  /** Gradient at the first convolution against the last, in the first epoch. */
  ratio: number | null;
  guesses: boolean;
}

interface Place {
  classes: number;
  testSize: number;
  /** Layers of the network. */
  depth: number;
}

/** Of one network and seed, trained by vanilla and evolution, perhaps by shortcut. Every clause depends on the numbers. */
export function story(runs: readonly RunRecord[], place: Place): string {
  const of = (method: Method) => {
    const run = runs.find(({ config }) => config.method === method);
    return run === undefined ? null : outcomeOf(run, place);
  };
  const [vanilla, shortcut, evolution] = [of('vanilla'), of('shortcut'), of('evolution')];
  if (vanilla === null || evolution === null) return '';
  const seconds = runs.flatMap(({ metrics }) => metrics).reduce((sum, epoch) => sum + epoch.seconds, 0);
  return [
    plain(vanilla, place),
    withHeads(vanilla, evolution),
    left(shortcut, evolution),
    `All this took ${duration(seconds)} of training.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function outcomeOf({ result, metrics }: RunRecord, { classes, testSize }: Place): Outcome {
  const guessing = 1 / classes;
  const error = Math.sqrt((guessing * (1 - guessing)) / testSize);
  const [first] = metrics;
  return {
    accuracy: result.testAccuracy,
    ratio: first === undefined ? null : gradientRatio(first),
    guesses: result.testAccuracy <= guessing + ERRORS * error,
  };
}

function plain({ accuracy, ratio, guesses }: Outcome, { classes, depth }: Place): string {
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
