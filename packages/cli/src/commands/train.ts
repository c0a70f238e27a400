import { join } from 'node:path';
import type { Method } from 'kestirme';
import type { Values } from '../options/option.js';
import { checkResumable, datasetName, type Origin, resolveTraining } from '../options/resolve.js';
import { trainOptions } from '../options/table.js';
import { holdFolder } from '../run/claim.js';
import { shortFingerprint } from '../run/fingerprint.js';
import { CONFIG_FILE, REPORT_FILE, RESULT_FILE, RunFolder } from '../run/folder.js';
import { openImages } from '../run/images.js';
import type { FolderLock } from '../run/lock.js';
import { checkRun } from '../run/network.js';
import type { ResolvedConfig, RunResult } from '../run/record.js';
import { trainRun } from '../run/trainRun.js';
import { percent, plural, rate } from '../terminal/format.js';
import { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { defineCommand } from './command.js';
import { commandLine, interruptible, openEngine, resumeLayer } from './session.js';

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
  const wanted = resolveTraining(values, origin);
  const dir = values.out ?? join('runs', runName(wanted));
  const folder = new RunFolder(dir);
  const progress = new Progress(terminal, values);
  if (values.resume) {
    const before = await folder.readJson(CONFIG_FILE);
    checkResumable(before, { ...wanted }, { origin, file: folder.path(CONFIG_FILE) });
    if (await folder.has(RESULT_FILE)) {
      const { result } = await folder.read();
      progress.note(`${dir} has finished: ${plural(result.epochs, 'epoch')}`);
      return report(result, folder, values.json, terminal);
    }
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
    const { signal } = interrupt;
    const record = await trainRun({ config, folder, engine, images, progress, signal, resume: values.resume });
    if (record !== null) return report(record.result, folder, values.json, terminal);
    progress.warn(`ended with a checkpoint; to go on: ${commandLine(['train', '--resume', '--out', dir])}`);
    return interrupt.exitCode;
  } finally {
    lock?.release();
    await engine.close();
    interrupt.dispose();
  }
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

/** What is about to run, in a line. */
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
