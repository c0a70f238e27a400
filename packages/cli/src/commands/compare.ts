import { join } from 'node:path';
import type { Engine } from 'kestirme';
import { Failure, UsageError } from '../errors.js';
import type { Values } from '../options/option.js';
import { checkResumable, datasetName, type Origin, resolveComparison } from '../options/resolve.js';
import { compareOptions, configOption, folderOptions, outputOptions } from '../options/table.js';
import { renderReport } from '../report/report.js';
import { writeFileAtomic } from '../run/atomicFile.js';
import { holdFolder } from '../run/claim.js';
import { comparisonTable, summarise } from '../run/comparison.js';
import { COMPARISON_FILE, CONFIG_FILE, REPORT_FILE, RESULT_FILE, RunFolder, runFolderName } from '../run/folder.js';
import { type Images, openImages } from '../run/images.js';
import type { Interrupt } from '../run/interrupt.js';
import type { FolderLock } from '../run/lock.js';
import { checkRun } from '../run/network.js';
import { CONFIG_SCHEMA, type ResolvedConfig, type RunRecord } from '../run/record.js';
import { reportTitle, trainRun } from '../run/trainRun.js';
import { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { PROGRAM_VERSION } from '../version.js';
import { defineCommand } from './command.js';
import { commandLine, interruptible, openEngine, resumeLayer } from './session.js';
import { headline } from './train.js';

type CompareValues = Values<typeof compareOptions>;

export const compareCommand = defineCommand({
  name: 'compare',
  form: '[options]',
  summary: 'Trains by several methods, with several seeds each, and sets the results side by side',
  details: 'Each run has its folder DIR/<method>-seed<k>; --resume passes over those that have finished.',
  options: compareOptions,
  positionals: { min: 0, max: 0, name: '' },
  base: (values) => (values.resume ? resumeLayer(compareOptions, values, 'comparison') : undefined),
  run: ({ values, origin }, terminal) => runComparison(values, origin, terminal),
});

export async function runComparison(values: CompareValues, origin: Origin, terminal: Terminal): Promise<number> {
  const wanted = resolveComparison(values, origin);
  const dir = values.out ?? join('runs', `${datasetName(values.data)}-${values.model}-compare`);
  const folder = new RunFolder(dir);
  const stored = comparisonConfig(values);
  const progress = new Progress(terminal, values);
  if (values.resume) {
    const before = await folder.readJson(CONFIG_FILE);
    // More methods or seeds may join a comparison.
    checkResumable(before, stored, { origin, file: folder.path(CONFIG_FILE), free: ['methods', 'seeds'] });
  }
  const images = await openImages(values);
  for (const config of wanted) checkRun(config, images.info);
  const interrupt = interruptible(progress);
  const engine = await openEngine(values);
  let lock: FolderLock | undefined;
  try {
    lock = await holdFolder(dir, { ...values, note: (text) => progress.note(text) });
    await writeFileAtomic(folder.path(CONFIG_FILE), `${JSON.stringify(stored, null, 2)}\n`);
    const configs = wanted.map((config) => ({ ...config, threads: engine.threads }));
    const runs = await trainAll(configs, { dir, engine, images, progress, interrupt });
    if (runs === null) {
      progress.warn(`ended with a checkpoint; to go on: ${commandLine(['compare', '--resume', '--out', dir])}`);
      return interrupt.exitCode;
    }
    await finish(folder, runs, values.json, terminal);
    return 0;
  } finally {
    interrupt.dispose();
    lock?.release();
    await engine.close();
  }
}

interface Work {
  dir: string;
  engine: Engine;
  images: Images;
  progress: Progress;
  interrupt: Interrupt;
}

/** Null when interrupted. */
async function trainAll(configs: readonly ResolvedConfig[], work: Work): Promise<RunRecord[] | null> {
  const { dir, progress, interrupt } = work;
  const runs: RunRecord[] = [];
  for (const [place, config] of configs.entries()) {
    if (interrupt.signal.aborted) return null;
    const folder = new RunFolder(join(dir, runFolderName(config.method, config.seed)));
    const title = `run ${place + 1} of ${configs.length}: ${headline(config)}`;
    if (await folder.has(RESULT_FILE)) {
      progress.note(`${title}: finished before`);
      runs.push(await readSame(folder, config));
      continue;
    }
    progress.note(title);
    const run = await trainOne(config, folder, work, place > 0);
    if (run === null) return null;
    runs.push(run);
  }
  return runs;
}

/** From where it stands, if it has been begun. */
async function trainOne(config: ResolvedConfig, folder: RunFolder, work: Work, briefly: boolean) {
  const { engine, images, progress, interrupt } = work;
  const lock = await holdFolder(folder.dir, { resume: true, force: false, note: (text) => progress.note(text) });
  try {
    await folder.writeConfig(config);
    const resume = await folder.checkpoints.exist();
    const { signal } = interrupt;
    return await trainRun({ config, folder, engine, images, progress, signal, resume, briefly });
  } finally {
    lock.release();
  }
}

/** A finished run, which must be of this comparison. */
async function readSame(folder: RunFolder, config: ResolvedConfig): Promise<RunRecord> {
  const run = await folder.read();
  const file = folder.path(CONFIG_FILE);
  try {
    checkResumable({ ...run.config }, { ...config }, { origin: new Map(), file });
  } catch (error) {
    if (error instanceof UsageError)
      throw new Failure(`${folder.dir} is not a run of this comparison: ${error.message}`);
    throw error;
  }
  return run;
}

async function finish(folder: RunFolder, runs: RunRecord[], json: boolean, terminal: Terminal): Promise<void> {
  const methods = summarise(runs);
  const comparison = { version: PROGRAM_VERSION, methods, runs: runs.map((run) => run.result) };
  await folder.writeReport(renderReport(runs, { title: reportTitle(runs.map((run) => run.config)) }));
  await writeFileAtomic(folder.path(COMPARISON_FILE), `${JSON.stringify(comparison, null, 2)}\n`);
  if (json) terminal.out(JSON.stringify(comparison, null, 2));
  else terminal.out(`\n${comparisonTable(methods)}\n\nreport: ${folder.path(REPORT_FILE)}`);
}

/** config.json of a comparison, which --resume reads back. */
function comparisonConfig(values: CompareValues): Record<string, unknown> {
  const ofTheSession = Object.keys({ ...configOption, ...folderOptions, ...outputOptions });
  const kept = Object.entries(values).filter(([key]) => !ofTheSession.includes(key));
  return { schema: CONFIG_SCHEMA, version: PROGRAM_VERSION, ...Object.fromEntries(kept) };
}
