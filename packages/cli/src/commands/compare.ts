import { join } from 'node:path';
import type { Engine } from 'kestirme';
import { checkComparison } from '../config/comparisonFile.js';
import { absent } from '../config/optionReach.js';
import { checkResumable, type Origin, otherOption, resolveComparison } from '../config/resolve.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { CONFIG_SCHEMA } from '../config/schema.js';
import { Failure } from '../errors.js';
import { datasetName } from '../options/composite.js';
import type { Values } from '../options/option.js';
import {
  compareOptions,
  configOption,
  engineOptions,
  folderOptions,
  outputOptions,
  signalOptions,
} from '../options/table.js';
import { writeFileAtomic } from '../run/atomicFile.js';
import { holdFolder } from '../run/claim.js';
import { comparisonTable, summarise } from '../run/comparison.js';
import { COMPARISON_FILE, CONFIG_FILE, REPORT_FILE, RESULT_FILE } from '../run/fileNames.js';
import { RunFolder } from '../run/folder.js';
import { type Images, openImages } from '../run/images.js';
import type { Interrupt } from '../run/interrupt.js';
import { withLambdaOfRuns } from '../run/lambdaOfRuns.js';
import { LiveReport } from '../run/liveReport.js';
import type { FolderLock } from '../run/lock.js';
import { checkRun } from '../run/network.js';
import { networkTable, tellsMore } from '../run/networkTable.js';
import { Pace, type Place } from '../run/pace.js';
import type { RunRecord, RunSoFar } from '../run/record.js';
import { runFolder } from '../run/runNames.js';
import { splitBy } from '../run/splitBy.js';
import { type RunRequest, trainRun } from '../run/trainRun.js';
import { commandLine } from '../terminal/commandLine.js';
import { renderNetworkTable } from '../terminal/networkTable.js';
import { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { PROGRAM_VERSION } from '../version.js';
import { defineCommand } from './command.js';
import { interruptible, kernelsLine, openEngine, resumeLayer } from './session.js';
import { headline } from './train.js';

export type CompareValues = Values<typeof compareOptions>;

export const compareCommand = defineCommand({
  name: 'compare',
  form: '[options]',
  summary: 'Trains several networks by several methods, with several seeds each, and sets the results side by side',
  details:
    'A run for each of --models, --T, --methods and --seeds. The table has a row for each network and T, beside the ' +
    "paper's figures where it has any; the report also draws accuracy over depth. Each run has its folder, " +
    'DIR/<method>-seed<k>, of several networks or T DIR/<model>-T<t>-<method>-seed<k>; --resume passes over those that ' +
    'have finished, and more networks, T, methods and seeds may join.',
  options: compareOptions,
  positionals: { min: 0, max: 0, name: '' },
  base: (values) => (values.resume ? resumeLayer(compareOptions, values, 'comparison') : undefined),
  run: ({ values, origin }, terminal) => runComparison(values, origin, terminal),
});

/** The words of another command around a comparison of its own. */
interface Told {
  /** The words that go on with it when it was interrupted. */
  goOn(dir: string): string;
  /** Stands between the table and the report's name. */
  story(runs: readonly RunRecord[]): string[];
}

const asComparison: Told = {
  goOn: (dir) => commandLine(['compare', '--resume', '--out', dir]),
  story: () => [],
};

export async function runComparison(
  values: CompareValues,
  origin: Origin,
  terminal: Terminal,
  told: Told = asComparison,
): Promise<number> {
  // Before it is looked at as a whole, of which a part is the comparison's own.
  if (values.resume && values.out !== undefined) await requireSameOptions(new RunFolder(values.out), values, origin);
  const wanted = resolveComparison(values, origin);
  const dir = values.out ?? join('runs', `${datasetName(values.data)}-${values.models.join('-')}-compare`);
  const folder = new RunFolder(dir);
  const stored = comparisonConfig(values);
  const progress = new Progress(terminal, values);
  const images = await openImages(values);
  // A seed makes nothing impossible.
  for (const config of wanted.filter(({ seed }) => seed === wanted[0]?.seed)) checkRun(config, images.info);
  const interrupt = interruptible(progress, terminal, values);
  const engine = await openEngine(values);
  let lock: FolderLock | undefined;
  try {
    lock = await holdFolder(dir, { ...values, note: (text) => progress.note(text) });
    await writeFileAtomic(folder.path(CONFIG_FILE), `${JSON.stringify(stored, null, 2)}\n`);
    progress.note(kernelsLine(engine));
    const configs = wanted.map((config) => ({ ...config, threads: engine.threads }));
    const report = new LiveReport(folder, progress);
    const runs = await trainAll(configs, { dir, engine, images, progress, interrupt, report });
    await report.finish();
    if (runs === null) {
      progress.warn(`ended with a checkpoint; to go on: ${told.goOn(dir)}`);
      return interrupt.exitCode;
    }
    await finish(folder, runs, { json: values.json, terminal, told });
    return 0;
  } finally {
    lock?.release();
    await engine.close();
    interrupt.dispose();
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
  dir: string;
  engine: Engine;
  images: Images;
  progress: Progress;
  interrupt: Interrupt;
  /** The report of the comparison. */
  report: LiveReport;
}

/** Null when interrupted. */
async function trainAll(configs: readonly ResolvedConfig[], work: Work): Promise<RunRecord[] | null> {
  const { progress, interrupt, report } = work;
  const places = await placesOf(configs, work.dir);
  const pace = new Pace(places, work);
  progress.note(pace.plan);
  const runs: RunRecord[] = [];
  for (const [at, place] of places.entries()) {
    const { config, folder, finished } = place;
    if (interrupt.signal.aborted) return null;
    const title = `run ${at + 1} of ${configs.length}: ${headline(config)}`;
    if (finished) {
      progress.note(`${title}: finished before`);
      runs.push(await readSame(folder, config));
      await report.update(runs);
      continue;
    }
    progress.note(title);
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

async function placesOf(configs: readonly ResolvedConfig[], dir: string): Promise<Place[]> {
  const several = splitBy(configs, ({ model, timeSteps }) => `${model} ${timeSteps}`).length > 1;
  const places: Place[] = [];
  for (const config of configs) {
    const folder = await runFolder(dir, config, several);
    const finished = await folder.has(RESULT_FILE);
    places.push({
      config,
      folder,
      finished,
      epochsDone: finished ? config.epochs : (await folder.readMetrics()).length,
    });
  }
  return places;
}

/** From where it stands, if it has been begun. */
async function trainOne(
  { config, folder }: Place,
  work: Work,
  pace: Pace,
  options: Pick<RunRequest, 'briefly' | 'onEpoch'>,
) {
  const { engine, images, progress, interrupt } = work;
  const lock = await holdFolder(folder.dir, { resume: true, force: false, note: (text) => progress.note(text) });
  try {
    await folder.writeConfig(config);
    const resume = await folder.checkpoints.exist();
    const { signal } = interrupt;
    pace.begin(resume);
    return await trainRun({ config, folder, engine, images, progress, signal, resume, ...options });
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

async function finish(
  folder: RunFolder,
  runs: RunRecord[],
  { json, terminal, told }: { json: boolean; terminal: Terminal; told: Told },
): Promise<void> {
  const methods = summarise(runs);
  const table = networkTable(runs);
  const comparison = { version: PROGRAM_VERSION, table, methods, runs: runs.map((run) => run.result) };
  await writeFileAtomic(folder.path(COMPARISON_FILE), `${JSON.stringify(comparison, null, 2)}\n`);
  if (json) return terminal.out(JSON.stringify(comparison, null, 2));
  const networks = tellsMore(table) ? [renderNetworkTable(table)] : [];
  terminal.out(
    `\n${[...networks, comparisonTable(methods), ...told.story(runs), `report: ${folder.path(REPORT_FILE)}`].join('\n\n')}`,
  );
}

/** config.json of a comparison, which --resume reads back. */
export function comparisonConfig(values: CompareValues): Record<string, unknown> {
  const ofTheSession = Object.keys({
    ...engineOptions,
    ...signalOptions,
    ...configOption,
    ...folderOptions,
    ...outputOptions,
  });
  const kept = Object.entries(values).filter(([key]) => !ofTheSession.includes(key));
  return { schema: CONFIG_SCHEMA, version: PROGRAM_VERSION, ...Object.fromEntries(kept) };
}
