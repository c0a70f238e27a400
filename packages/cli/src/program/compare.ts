/** What `kestirme compare` and `compareRuns` do, for any listener. */
import { join } from 'node:path';
import type { Engine } from 'kestirme';
import { checkComparison } from '../config/comparisonFile.js';
import { absent } from '../config/optionReach.js';
import { checkResumable, type Origin, otherOption, resolveComparison } from '../config/resolve.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { CONFIG_SCHEMA } from '../config/schema.js';
import { Failure, UsageError } from '../errors.js';
import { modelLabel } from '../models/names.js';
import { datasetName } from '../options/composite.js';
import type { Values } from '../options/option.js';
import {
  cacheOptions,
  type compareOptions,
  configOption,
  engineOptions,
  folderOptions,
  outputOptions,
  signalOptions,
} from '../options/table.js';
import { viewOptions } from '../options/viewOptions.js';
import { writeFileAtomic } from '../run/atomicFile.js';
import { holdFolder } from '../run/claim.js';
import { type MethodSummary, summarise } from '../run/comparison.js';
import { COMPARISON_FILE, CONFIG_FILE, RESULT_FILE } from '../run/fileNames.js';
import { RunFolder } from '../run/folder.js';
import { type Images, openImages } from '../run/images.js';
import { withLambdaOfRuns } from '../run/lambdaOfRuns.js';
import { LiveReport } from '../run/liveReport.js';
import type { FolderLock } from '../run/lock.js';
import { checkRun } from '../run/network.js';
import { type NetworkTable, networkTable } from '../run/networkTable.js';
import { preparing, type RunNews } from '../run/news.js';
import { Pace, type Place } from '../run/pace.js';
import type { RunRecord, RunResult, RunSoFar } from '../run/record.js';
import { runFolder } from '../run/runNames.js';
import type { RunNetwork } from '../run/runNetwork.js';
import { splitBy } from '../run/splitBy.js';
import { type RunRequest, trainRun } from '../run/trainRun.js';
import { PROGRAM_VERSION } from '../version.js';
import { networksOf } from './comparisonNetworks.js';
import { kernelsLine, openEngine } from './engine.js';
import type { Session } from './session.js';
import { headline } from './train.js';

export type CompareValues = Values<typeof compareOptions>;

/** compare.json. */
export interface Comparison {
  version: string;
  table: NetworkTable;
  methods: MethodSummary[];
  runs: RunResult[];
}

export interface CompareOutcome {
  folder: RunFolder;
  /** Null when the signal ended it, with a checkpoint. */
  finished: { comparison: Comparison; runs: RunRecord[] } | null;
}

export async function compareInFolder(
  values: CompareValues,
  origin: Origin,
  session: Session,
): Promise<CompareOutcome> {
  // Before it is looked at as a whole, of which a part is the comparison's own.
  if (values.resume && values.out !== undefined) await requireSameOptions(new RunFolder(values.out), values, origin);
  const wanted = resolveComparison(values, origin);
  const names = values.models.map(modelLabel).join('-');
  const dir = values.out ?? join('runs', `${datasetName(values.data)}-${names}-compare`);
  const folder = new RunFolder(dir);
  const stored = comparisonConfig(values);
  const { news } = session;
  const images = await openImages({
    ...values,
    timeSteps: values.timeSteps[0] as number,
    onProgress: preparing(news),
  });
  if (images.info.frames !== undefined && values.timeSteps.length > 1) {
    throw new UsageError(
      `--T: ${images.info.name} has ${images.info.frames} frames, one for each time step; give one T`,
    );
  }
  const several = splitBy(wanted, ({ model, timeSteps }) => `${model} ${timeSteps}`).length > 1;
  const folderOf = (config: ResolvedConfig) => runFolder(dir, config, several);
  const configured = await networksOf(wanted, images.info, values.resume ? folderOf : null);
  // A seed makes nothing impossible.
  for (const { config, network } of configured.filter(({ config }) => config.seed === wanted[0]?.seed)) {
    checkRun(config, images.info, network.network);
  }
  const signal = session.begin(dir);
  const engine = await openEngine(values);
  let lock: FolderLock | undefined;
  try {
    lock = await holdFolder(dir, { ...values, note: (text) => news.note(text) });
    await writeFileAtomic(folder.path(CONFIG_FILE), `${JSON.stringify(stored, null, 2)}\n`);
    news.note(kernelsLine(engine));
    const report = new LiveReport(folder, news);
    const places: Place[] = [];
    for (const { config, network } of configured) {
      places.push(await placeOf({ ...config, threads: engine.threads }, network, await folderOf(config)));
    }
    const { tensorboard } = values;
    const runs = await trainAll(places, { engine, images, news, signal, report, tensorboard });
    await report.finish();
    return { folder, finished: runs === null ? null : await finish(folder, runs) };
  } finally {
    lock?.release();
    await engine.close();
  }
}

/** @throws UsageError when the comparison in `folder` was begun with other options. */
export async function requireSameOptions(folder: RunFolder, values: CompareValues, origin: Origin): Promise<void> {
  const file = folder.path(CONFIG_FILE);
  const { config } = await folder.readConfig();
  const before = comparisonConfig(checkComparison(withLambdaOfRuns(config, folder.dir), file));
  // More runs may join a comparison.
  checkResumable(before, values, { origin, file, free: ['models', 'timeSteps', 'methods', 'seeds'] });
}

interface Work {
  engine: Engine;
  images: Images;
  news: RunNews;
  signal: AbortSignal;
  /** The report of the comparison. */
  report: LiveReport;
  tensorboard: string | undefined;
}

/** Null when interrupted. */
async function trainAll(places: readonly Place[], work: Work): Promise<RunRecord[] | null> {
  const { news, signal, report } = work;
  const pace = new Pace(places, work);
  news.note(pace.plan);
  const runs: RunRecord[] = [];
  for (const [at, place] of places.entries()) {
    const { config, folder, finished } = place;
    if (signal.aborted) return null;
    const title = `run ${at + 1} of ${places.length}: ${headline(config)}`;
    if (finished) {
      news.note(`${title}: finished before`);
      runs.push(await readSame(folder, config));
      await report.update(runs);
      continue;
    }
    news.note(title);
    const onEpoch = async (run: RunSoFar) => {
      pace.epoch(place);
      await report.update([...runs, run]);
    };
    const run = await trainOne(place, work, pace, { briefly: at > 0, onEpoch });
    if (run === null) return null;
    runs.push(run);
    await report.update(runs);
  }
  return runs;
}

async function placeOf(config: ResolvedConfig, network: RunNetwork, folder: RunFolder): Promise<Place> {
  const finished = await folder.has(RESULT_FILE);
  const epochsDone = finished ? config.epochs : (await folder.readMetrics()).length;
  return { config, network, folder, finished, epochsDone };
}

/** From where it stands, if it has been begun. */
async function trainOne(
  { config, network, folder }: Place,
  work: Work,
  pace: Pace,
  options: Pick<RunRequest, 'briefly' | 'onEpoch'>,
) {
  const { engine, images, news, signal, tensorboard } = work;
  const lock = await holdFolder(folder.dir, { resume: true, force: false, note: (text) => news.note(text) });
  try {
    await folder.writeConfig(config);
    const resume = await folder.checkpoints.exist();
    pace.begin(resume);
    const request = { config, folder, engine, images, network, initial: null, progress: news, signal, resume };
    return await trainRun({ ...request, ...options, tensorboard });
  } finally {
    lock.release();
  }
}

/** A finished run, which must be of this comparison. */
async function readSame(folder: RunFolder, config: ResolvedConfig): Promise<RunRecord> {
  const run = await folder.read();
  const other = otherOption({ ...run.config }, { ...absent, ...config });
  if (other === null) return run;
  const { key, before, now } = other;
  throw new Failure(
    `${folder.dir} is not a run of this comparison: it has ${key} ${before}, the comparison ${now}; take another --out`,
  );
}

async function finish(folder: RunFolder, runs: RunRecord[]): Promise<CompareOutcome['finished']> {
  const results = runs.map((run) => run.result);
  const comparison: Comparison = {
    ...{ version: PROGRAM_VERSION, table: networkTable(runs), methods: summarise(runs), runs: results },
  };
  await writeFileAtomic(folder.path(COMPARISON_FILE), `${JSON.stringify(comparison, null, 2)}\n`);
  return { comparison, runs };
}

/** config.json of a comparison, which --resume reads back. */
export function comparisonConfig(values: CompareValues): Record<string, unknown> {
  const ofTheSession = Object.keys({
    ...cacheOptions,
    ...engineOptions,
    ...signalOptions,
    ...viewOptions,
    ...configOption,
    ...folderOptions,
    ...outputOptions,
  });
  const kept = Object.entries(values).filter(([key]) => !ofTheSession.includes(key));
  return { schema: CONFIG_SCHEMA, version: PROGRAM_VERSION, ...Object.fromEntries(kept) };
}
