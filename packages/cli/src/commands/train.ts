import { join } from 'node:path';
import type { Method } from 'kestirme';
import { checkConfig } from '../config/configFile.js';
import { checkResumable, type Origin, resolveTraining } from '../config/resolve.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { Failure } from '../errors.js';
import { datasetName } from '../options/composite.js';
import type { Values } from '../options/option.js';
import { trainOptions } from '../options/table.js';
import { holdFolder } from '../run/claim.js';
import { CONFIG_FILE, REPORT_FILE, RESULT_FILE } from '../run/fileNames.js';
import { shortFingerprint } from '../run/fingerprint.js';
import { RunFolder } from '../run/folder.js';
import { openImages } from '../run/images.js';
import type { FolderLock } from '../run/lock.js';
import { checkRun } from '../run/network.js';
import type { RunResult } from '../run/record.js';
import { trainRun } from '../run/trainRun.js';
import { loadCheckpoint, requireCheckpoint, requireResultWeights } from '../run/weights.js';
import { commandLine } from '../terminal/commandLine.js';
import { percent, plural, rate } from '../terminal/format.js';
import { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { PROGRAM_VERSION } from '../version.js';
import { defineCommand } from './command.js';
import { type EngineChoice, interruptible, kernelsLine, openEngine, resumeLayer } from './session.js';

export const trainCommand = defineCommand({
  name: 'train',
  form: '[options]',
  summary: 'Trains a network and keeps what happened in a run folder',
  details:
    'vanilla: the main head alone. shortcut: shortcut heads of equal weight. evolution: the weight moves from the ' +
    'shortcut heads to the main head while training. Ctrl-C, SIGTERM and a terminal that closes end with a checkpoint; ' +
    '--resume goes on from it. Ctrl-C a second time, half a second later or more, quits at once.',
  options: trainOptions,
  positionals: { min: 0, max: 0, name: '' },
  base: (values) => (values.resume ? resumeLayer(trainOptions, values, 'run') : undefined),
  run: ({ values, origin }, terminal) => runTrain(values, origin, terminal),
});

async function runTrain(values: Values<typeof trainOptions>, origin: Origin, terminal: Terminal): Promise<number> {
  // Before it is looked at as a whole, of which a part is the run's own.
  if (values.resume && values.out !== undefined) await requireSameOptions(new RunFolder(values.out), values, origin);
  const wanted = resolveTraining(values, origin);
  const dir = values.out ?? join('runs', runName(wanted));
  const folder = new RunFolder(dir);
  const progress = new Progress(terminal, values);
  const before = values.resume && (await folder.has(RESULT_FILE)) ? (await folder.read()).result : null;
  if (before !== null && (await hasItsWeights(folder, before, values))) {
    progress.note(`${dir} has finished: ${plural(before.epochs, 'epoch')}`);
    return report(before, folder, values.json, terminal);
  }
  const images = await openImages(wanted);
  checkRun(wanted, images.info);
  const interrupt = interruptible(progress, terminal, values);
  const engine = await openEngine(values);
  let lock: FolderLock | undefined;
  try {
    const config: ResolvedConfig = { ...wanted, threads: engine.threads };
    lock = await holdFolder(dir, { ...values, note: (text) => progress.note(text) });
    await folder.writeConfig(config);
    progress.note(headline(config));
    progress.note(kernelsLine(engine));
    const { signal } = interrupt;
    const record = await trainRun({ config, folder, engine, images, progress, signal, resume: values.resume });
    if (record !== null) {
      if (before !== null) requireSameEnd(before, record.result, dir);
      return report(record.result, folder, values.json, terminal);
    }
    progress.warn(`ended with a checkpoint; to go on: ${commandLine(['train', '--resume', '--out', dir])}`);
    return interrupt.exitCode;
  } finally {
    lock?.release();
    await engine.close();
    interrupt.dispose();
  }
}

async function requireSameOptions(folder: RunFolder, values: Values<typeof trainOptions>, origin: Origin) {
  const file = folder.path(CONFIG_FILE);
  const before = checkConfig((await folder.readConfig()).config, file);
  checkResumable({ ...before }, values, { origin, file });
}

/**
 * Whether the newest checkpoint of a finished run has the weights of its result. When it stands before the end, the rest is
 * to be trained again. @throws Failure when there is none to go on from, or one that ends with other weights
 */
async function hasItsWeights(folder: RunFolder, result: RunResult, values: EngineChoice): Promise<boolean> {
  const found = await requireCheckpoint(folder, result);
  if (found.checkpoint.position.epoch < result.epochs) return false;
  const engine = await openEngine(values);
  try {
    requireResultWeights(folder, result, found, await loadCheckpoint(engine, found));
    return true;
  } finally {
    await engine.close();
  }
}

function requireSameEnd(before: RunResult, { weightsSha256 }: RunResult, dir: string): void {
  if (before.weightsSha256 === weightsSha256) return;
  throw new Failure(
    `trained again, the run in ${dir} has come to the weights ${weightsSha256}, where it had ${before.weightsSha256}: ` +
      `the program or the machine gives other bits (then version ${before.version}, now ${PROGRAM_VERSION}; ` +
      'kestirme verify checks both)',
  );
}

export function runName({
  data,
  model,
  method,
  seed,
}: {
  data: string;
  model: string;
  method: Method;
  seed: number;
}): string {
  return `${datasetName(data)}-${model}-${method}-seed${seed}`;
}

/** A run that is about to begin, in a line. */
export function headline(config: ResolvedConfig): string {
  const { model, width, timeSteps, data, limit, validation, method, seed, epochs, threads } = config;
  const held = validation === 0 ? [] : [`tested on ${validation} held out of training`];
  const parts = [...(limit === 'all' ? [] : [`${limit} images`]), ...held];
  const images = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return (
    `${method}, seed ${seed}: ${model}, width ${width}, T ${timeSteps}, on ${datasetName(data)}${images}, ` +
    `${plural(epochs, 'epoch')}, ${plural(threads, 'thread')}`
  );
}

function report(result: RunResult, folder: RunFolder, json: boolean, terminal: Terminal): number {
  if (json) {
    terminal.out(JSON.stringify(result, null, 2));
    return 0;
  }
  terminal.out(
    `test accuracy ${percent(result.testAccuracy)} after ${plural(result.epochs, 'epoch')} (${rate(result.imagesPerSecond)} images/s)\n` +
      `weights ${result.weightsSha256}\n` +
      (result.fingerprint === undefined ? '' : `run     ${shortFingerprint(result.fingerprint)}\n`) +
      `report  ${folder.path(REPORT_FILE)}`,
  );
  return 0;
}
