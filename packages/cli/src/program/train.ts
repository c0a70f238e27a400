/** What `kestirme train` and `trainRun` do, for any listener. */
import { join } from 'node:path';
import { freeState, type Method } from 'kestirme';
import { checkConfig } from '../config/configFile.js';
import { checkResumable, type Origin, resolveTraining } from '../config/resolve.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { Failure, UsageError } from '../errors.js';
import { modelLabel } from '../models/names.js';
import { datasetName } from '../options/composite.js';
import type { Values } from '../options/option.js';
import type { trainOptions } from '../options/table.js';
import { parseValidation, type Validation } from '../options/validation.js';
import { recipeLines } from '../recipes/departures.js';
import { holdFolder } from '../run/claim.js';
import { CONFIG_FILE, RESULT_FILE } from '../run/fileNames.js';
import { RunFolder } from '../run/folder.js';
import { openImages, skippedInWords } from '../run/images.js';
import { readInitialWeights } from '../run/initialWeights.js';
import type { FolderLock } from '../run/lock.js';
import { checkRun } from '../run/network.js';
import { preparing } from '../run/news.js';
import { plannedEpochs, type RunRecord, type RunResult } from '../run/record.js';
import { networkIn, networkSha256, newNetwork } from '../run/runNetwork.js';
import { trainRun } from '../run/trainRun.js';
import { loadCheckpoint, requireCheckpoint, requireResultWeights } from '../run/weights.js';
import { percent, plural } from '../terminal/format.js';
import { PROGRAM_VERSION } from '../version.js';
import { type EngineChoice, kernelsLine, openEngine } from './engine.js';
import type { Session } from './session.js';

export type TrainValues = Values<typeof trainOptions>;

export interface TrainOutcome {
  folder: RunFolder;
  /** Null when the signal ended the run, with a checkpoint. */
  record: RunRecord | null;
}

export async function trainInFolder(given: TrainValues, origin: Origin, session: Session): Promise<TrainOutcome> {
  const { news } = session;
  // Before it is looked at as a whole, of which a part is the run's own.
  const values = given.resume && given.out !== undefined ? await goOnWith(given.out, given, origin) : given;
  const wanted = resolveTraining(values, origin);
  const dir = values.out ?? join('runs', runName(wanted));
  const folder = new RunFolder(dir);
  const before = values.resume && (await folder.has(RESULT_FILE)) ? (await folder.read()).result : null;
  const hasMore = before !== null && wanted.epochs > plannedEpochs(before);
  if (before !== null && (await hasItsWeights(folder, before, values)) && !hasMore) {
    news.note(`${dir} has finished: ${plural(before.epochs, 'epoch')}`);
    return { folder, record: await folder.read() };
  }
  const images = await openImages({ ...wanted, cache: values.cache, onProgress: preparing(news) });
  const network = values.resume
    ? await networkIn(folder, wanted, images.info, (text) => news.warn(text), session.build)
    : await newNetwork(wanted, images.info, session.build);
  const hasBegun = values.resume && (await folder.checkpoints.exist());
  const initial = hasBegun ? null : await readInitialWeights(wanted);
  const complete: Omit<ResolvedConfig, 'threads'> = {
    ...wanted,
    ...(network.file === null ? {} : { networkSha256: networkSha256(network.network) }),
    ...(initial === null ? {} : { initSha256: initial.sha256 }),
  };
  checkRun({ ...wanted, ...complete }, images.info, network.network);
  const signal = session.begin(dir);
  const engine = await openEngine(values);
  let lock: FolderLock | undefined;
  try {
    const config: ResolvedConfig = { ...complete, threads: engine.threads };
    lock = await holdFolder(dir, { ...values, note: (text) => news.note(text) });
    // A result of fewer epochs than config.json has would be no one's.
    if (hasMore) await folder.removeResult();
    await folder.writeConfig(config);
    news.note(headline(config));
    for (const line of recipeLines(config)) news.note(line);
    news.note(kernelsLine(engine));
    const left = skippedInWords(images.skipped);
    if (left !== null) news.warn(left);
    if (hasMore) news.note(moreInWords(config, before.epochs));
    const work = { config, folder, engine, images, network, initial, progress: news, signal };
    const { resume, tensorboard } = values;
    const record = await trainRun({ ...work, resume, tensorboard });
    if (record !== null && before !== null && !hasMore) requireSameEnd(before, record.result, dir);
    return { folder, record };
  } finally {
    lock?.release();
    await engine.close();
  }
}

/** @throws UsageError unless the run in `dir` can go on with these options; a finished one may get more epochs. */
async function goOnWith(dir: string, values: TrainValues, origin: Origin): Promise<TrainValues> {
  const folder = new RunFolder(dir);
  const file = folder.path(CONFIG_FILE);
  const before = checkConfig((await folder.readConfig()).config, file);
  checkResumable({ ...before }, values, { origin, file, free: ['epochs'] });
  if (values.recipe !== before.recipe) {
    throw new UsageError(`--recipe: the run in ${dir} began with ${before.recipe ?? 'none'}; leave it out`);
  }
  if (values.epochs === before.epochs) return values;
  const place = origin.get('epochs') ?? '--epochs';
  const result = await folder.readResult();
  if (result === null) {
    throw new UsageError(
      `${place}: the run in ${dir} has not finished its ${plural(before.epochs, 'epoch')}: leave it out to go on with ` +
        'them; it can have more when they are done',
    );
  }
  if (values.epochs < before.epochs) {
    throw new UsageError(
      `${place}: the run in ${dir} has finished ${plural(before.epochs, 'epoch')}; it can have more than these, not ${values.epochs}`,
    );
  }
  if (result.stopped !== undefined) {
    throw new UsageError(
      `${place}: the run in ${dir} ended after ${plural(result.epochs, 'epoch')} by its --patience; it would end at once again`,
    );
  }
  return { ...values, epochsBefore: [...(before.epochsBefore ?? []), before.epochs] };
}

function moreInWords({ epochs, schedule, lambda }: ResolvedConfig, before: number): string {
  return (
    `finished before after ${plural(before, 'epoch')}: from epoch ${before + 1} on, the learning rate (${schedule}) and ` +
    `lambda (${lambda}) are those of a run of ${epochs} epochs`
  );
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
    freeState(found.checkpoint.state);
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
  return `${datasetName(data)}-${modelLabel(model)}-${method}-seed${seed}`;
}

function heldOutInWords(validation: Validation): string {
  const parsed = parseValidation(validation);
  if (typeof parsed === 'number') return `tested on ${parsed} held out of training`;
  const of = parsed.seed === 0 ? '' : `, drawn by seed ${parsed.seed}`;
  return `epochs judged by ${percent(parsed.share)} held out of training${of}`;
}

/** A run that is about to begin, in a line. */
export function headline(config: ResolvedConfig): string {
  const { model, width, timeSteps, data, limit, validation, method, seed, epochs, threads } = config;
  const held = validation === 0 ? [] : [heldOutInWords(validation)];
  const parts = [...(limit === 'all' ? [] : [`${limit} images`]), ...held];
  const images = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return (
    `${method}, seed ${seed}: ${modelLabel(model)}, width ${width}, T ${timeSteps}, on ${datasetName(data)}${images}, ` +
    `${plural(epochs, 'epoch')}, ${plural(threads, 'thread')}`
  );
}
