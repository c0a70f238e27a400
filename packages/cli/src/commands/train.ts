import type { Origin } from '../config/resolve.js';
import { trainOptions } from '../options/table.js';
import { resumeLayer } from '../program/resumeLayer.js';
import { type TrainValues, trainInFolder } from '../program/train.js';
import { recipeLayer } from '../recipes/layer.js';
import { REPORT_FILE } from '../run/fileNames.js';
import { shortFingerprint } from '../run/fingerprint.js';
import type { RunFolder } from '../run/folder.js';
import type { RunResult } from '../run/record.js';
import { commandLine } from '../terminal/commandLine.js';
import { inBrackets, percent, plural, rate } from '../terminal/format.js';
import { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { defineCommand } from './command.js';
import { watched } from './watched.js';

export const trainCommand = defineCommand({
  name: 'train',
  form: '[options]',
  summary: 'Trains a network and keeps what happened in a run folder',
  details:
    'vanilla: the main head alone. shortcut: shortcut heads of equal weight. evolution: the weight moves from the ' +
    'shortcut heads to the main head while training. Ctrl-C, SIGTERM and a terminal that closes end with a checkpoint; ' +
    '--resume goes on from it. Ctrl-C a second time, half a second later or more, quits at once.\n' +
    'A run that has finished gets more epochs with --resume and a larger --epochs: from there on, learning rate and ' +
    'lambda are those of a run of so many epochs; config.json remembers where it had ended (epochsBefore).',
  options: trainOptions,
  positionals: { min: 0, max: 0, name: '' },
  base: (values) => (values.resume ? resumeLayer(trainOptions, values, 'run') : recipeLayer(trainOptions, values)),
  run: ({ values, origin }, terminal) => runTrain(values, origin, terminal),
});

async function runTrain(values: TrainValues, origin: Origin, terminal: Terminal): Promise<number> {
  const progress = new Progress(terminal, values);
  return watched<[RunResult, RunFolder]>(
    values,
    { terminal, progress },
    async (begin, resume) => {
      const now = resume === null ? values : { ...values, out: resume, resume: true, force: false };
      const { folder, record } = await trainInFolder(now, origin, { news: progress, begin });
      return { dir: folder.dir, done: record === null ? null : [record.result, folder] };
    },
    ({ dir, done, exitCode }) => {
      if (done !== null) return report(...done, values.json, terminal);
      progress.warn(`ended with a checkpoint; to go on: ${commandLine(['train', '--resume', '--out', dir])}`);
      return exitCode;
    },
  );
}

function report(result: RunResult, folder: RunFolder, json: boolean, terminal: Terminal): number {
  if (json) {
    terminal.out(JSON.stringify(result, null, 2));
    return 0;
  }
  terminal.out(
    `test accuracy ${percent(result.testAccuracy)}${inBrackets(result.split)} ${whichWeights(result)} (${rate(result.imagesPerSecond)} images/s)\n` +
      bestInWords(result) +
      `weights ${result.weightsSha256}\n` +
      (result.fingerprint === undefined ? '' : `run     ${shortFingerprint(result.fingerprint)}\n`) +
      `report  ${folder.path(REPORT_FILE)}`,
  );
  return 0;
}

/** 'after 3 epochs', or what the images held out have chosen. */
function whichWeights({ epochs, best, validationAccuracy, stopped }: RunResult): string {
  const ended = stopped === undefined ? '' : `, ended early: of ${stopped.of}, none better in ${stopped.patience}`;
  const done = `${plural(epochs, 'epoch')}${ended}`;
  if (validationAccuracy === undefined || best === undefined) return `after ${done}`;
  return (
    `of epoch ${best.epoch + 1}, the best of ${done} by validation (${percent(best.accuracy)}; ` +
    `the last one ${percent(validationAccuracy)})`
  );
}

/** The best epoch where the test images themselves have chosen it, and it is not the last one. */
function bestInWords({ best, epochs }: RunResult): string {
  if (best === undefined || best.judgedBy === 'validation' || best.epoch + 1 === epochs) return '';
  return `best    ${percent(best.accuracy)} after epoch ${best.epoch + 1}, chosen by the test images\n`;
}
