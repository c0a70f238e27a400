import {
  type Checkpoint,
  copyOf,
  type Engine,
  type EpochMetrics,
  freeState,
  type MemoryPlan,
  TrainingError,
  type TrainResult,
  train,
} from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { youngObjectsStayFew } from '../memory.js';
import { modelLabel } from '../models/names.js';
import { datasetName, parseCheckpointInterval } from '../options/composite.js';
import { inFlags } from '../options/libraryNames.js';
import { trainOptions } from '../options/table.js';
import { byteSize, plural } from '../terminal/format.js';
import { PROGRAM_VERSION } from '../version.js';
import { fallbackWarning, placeInWords } from './checkpointFiles.js';
import { type Ending, endingOf } from './ending.js';
import { CHECKPOINT_FILE } from './fileNames.js';
import type { Fingerprint } from './fingerprintCheck.js';
import type { RunFolder } from './folder.js';
import { dataLine, type Images } from './images.js';
import { fitInWords, type InitialWeights } from './initialWeights.js';
import { LiveReport } from './liveReport.js';
import { trainingOptions } from './network.js';
import type { RunNews } from './news.js';
import { endsOf, forPart, isOver } from './parts.js';
import type { RunRecord, RunResult, RunSoFar } from './record.js';
import { recordFingerprint } from './recordFingerprint.js';
import type { RunNetwork } from './runNetwork.js';
import { SideRecords } from './sideRecords.js';

export interface RunRequest {
  config: ResolvedConfig;
  /** Held by this process; has config.json. */
  folder: RunFolder;
  engine: Engine;
  images: Images;
  network: RunNetwork;
  /** Null where the seed draws the weights, or a checkpoint has them. */
  initial: InitialWeights | null;
  progress: RunNews;
  signal: AbortSignal;
  /** Goes on from the folder's checkpoint, if it has one. */
  resume: boolean;
  /** Folder for a folder with event files of TensorBoard, named as the run's. */
  tensorboard?: string | undefined;
  /** The memory plan in one line. */
  briefly?: boolean;
  /** Is told of each epoch, with all before it. */
  onEpoch?(run: RunSoFar): Promise<void>;
}

/** Trains one run into its folder. Null when the signal ended it; the folder then has a checkpoint. */
export async function trainRun(request: RunRequest): Promise<RunRecord | null> {
  const { folder, progress } = request;
  const start = await whereToBegin(request);
  try {
    return await trainFrom(start, request);
  } catch (error) {
    const { standing } = folder.checkpoints;
    // Resumed, a run whose numbers are not finite would come to the same ones.
    if (standing !== null && !(error instanceof TrainingError)) progress.warn(`--resume goes on from ${standing}`);
    throw error;
  }
}

async function trainFrom(start: Start, request: RunRequest): Promise<RunRecord | null> {
  const { config, folder, images, progress } = request;
  const { metrics } = start;
  const data = images.batches(config);
  const { tensorboard } = request;
  const warn = (text: string) => progress.warn(text);
  const records = new SideRecords({ folder, data, epochs: config.epochs, tensorboard, warn }, start.checkpoint);
  const report = new LiveReport(folder, progress);
  const memory = new PeakMemory();
  const work: Work = { start, request, memory, data, records, report };
  let ending: Ending | null = null;
  try {
    await records.rewind();
    if (await trainParts(work)) ending = await endingOf({ ...request, data, metrics, answers: records.confusion });
  } finally {
    progress.end();
    await records.flush();
    await data.close();
  }
  if (ending === null) {
    await report.finish();
    return null;
  }
  const result = resultOf(request, ending, start, memory);
  const record = { ...soFar(work), result };
  await report.update([record]);
  await report.finish();
  // Last: the result's presence says that the run is complete.
  await folder.writeResult(record.result);
  return record;
}

/** The run as its folder has it. */
function soFar({ start: { metrics }, request: { config, images, network }, records }: Work): RunSoFar {
  const built = network.file === null ? {} : { network: network.network };
  return { config, metrics, steps: records.steps, result: null, split: images.split, ...built };
}

interface Work {
  start: Start;
  request: RunRequest;
  memory: PeakMemory;
  data: ReturnType<Images['batches']>;
  records: SideRecords;
  report: LiveReport;
}

/** Whether the run came to its end. */
async function trainParts(work: Work): Promise<boolean> {
  const { config } = work.request;
  let { checkpoint } = work.start;
  for (const end of endsOf(config)) {
    if (isOver(checkpoint, end, config.epochs)) continue;
    const part = await trainPart(work, end, checkpoint);
    if (!part.result.finished) return false;
    checkpoint = part.last;
  }
  return true;
}

/** Trains until `end` epochs are done, by the schedules of as many; `last`: the checkpoint at the end. */
async function trainPart(
  work: Work,
  end: number,
  checkpoint: Checkpoint | null,
): Promise<{ result: TrainResult; last: Checkpoint | null }> {
  const { start, request, memory, data, records, report } = work;
  const { metrics } = start;
  const { config, folder, engine, images, progress, signal, initial } = request;
  const { network } = request.network;
  const { epochs } = config;
  const options = trainingOptions({ ...config, epochs: end }, network.heads.length);
  let last = checkpoint;
  let begun = false;
  const result = await train({
    engine,
    network,
    data,
    options,
    resume: checkpoint === null ? undefined : forPart(checkpoint, options),
    initial: initial?.state,
    onInitial: (fit) => progress.warn(fitInWords(fit, config.initFrom ?? '')),
    signal,
    checkpointEvery: parseCheckpointInterval(config.checkpointEvery),
    checkpointName: folder.path(CHECKPOINT_FILE),
    onWarning: (text) => progress.caution(inFlags(text, trainOptions)),
    onPlan(plan) {
      const lines = [...planLines(plan), dataLine(request.images)];
      for (const line of lines.slice(0, request.briefly ? 1 : undefined)) progress.note(line);
      youngObjectsStayFew();
      progress.begin();
    },
    onStep(step) {
      // The engine has the weights with which the part goes on.
      if (!begun && checkpoint !== null) freeState(checkpoint.state);
      begun = true;
      memory.sample();
      records.step(step);
      progress.step({ ...step, epochs, loss: step.result.loss });
    },
    onAnswers: (...batch) => records.answers(...batch),
    async onEpoch(epoch) {
      metrics.push(epoch);
      await folder.appendMetrics(epoch);
      records.epoch(epoch);
      progress.epoch(epoch, epochs, images.split);
      const run = soFar(work);
      await report.update([run]);
      await request.onEpoch?.(run);
    },
    onBest: (_, trained) => folder.best.write(trained),
    async onCheckpoint(checkpoint) {
      await records.flush();
      const open = { ...checkpoint, logBytes: folder.metricsBytes };
      await folder.checkpoints.write(open);
      // Only a part that another one follows hands its weights on.
      if (open.position.epoch === end && end < epochs) last = await copyOf(open);
    },
  });
  return { result, last };
}

interface Start {
  checkpoint: Checkpoint | null;
  /** Metrics of the epochs before it. */
  metrics: EpochMetrics[];
  fingerprint: Fingerprint;
}

/** Finds the checkpoint to go on from; metrics and checkpoints of later epochs are then gone from the folder. */
async function whereToBegin({ folder, config, engine, images, network, progress, resume }: RunRequest): Promise<Start> {
  const found = resume ? await folder.checkpoints.read() : null;
  const checkpoint = found?.checkpoint ?? null;
  const warning = found === null ? null : fallbackWarning(folder.dir, found);
  if (warning !== null) progress.warn(warning);
  const fingerprint = await recordFingerprint(folder, { config, images, engine }, checkpoint !== null);
  // A finished run that lost its last weights goes on, too: until it is there again, it has not finished.
  if (resume) await folder.removeResult();
  const metrics = await folder.rewindMetrics(checkpoint?.position.epoch ?? 0, checkpoint?.logBytes);
  if (found !== null) await folder.checkpoints.settle(found);
  await keepNetwork(folder, network);
  if (resume) progress.note(resumeLine(checkpoint, config));
  return { checkpoint, metrics, fingerprint };
}

/** Beside the run, so that it does not need the file any more; it is there already where the run goes on. */
async function keepNetwork(folder: RunFolder, { file }: RunNetwork): Promise<void> {
  if (file === null || file.content === null) return;
  const { content, ...stored } = file;
  await folder.writeNetwork({ ...stored, content });
}

function resultOf(
  { config, engine, images: { split, skipped } }: RunRequest,
  { confusion, ...ending }: Ending,
  { metrics, fingerprint }: Start,
  memory: PeakMemory,
): RunResult {
  memory.sample();
  return {
    method: config.method,
    dataset: datasetName(config.data),
    model: modelLabel(config.model),
    seed: config.seed,
    ...ending,
    imagesPerSecond: meanRate(metrics),
    peakMemoryBytes: memory.peak,
    threads: engine.threads,
    backend: engine.backend,
    simd: engine.simd,
    timeSteps: config.timeSteps,
    version: PROGRAM_VERSION,
    ...(split === undefined ? {} : { split }),
    ...(skipped.length === 0 ? {} : { skipped }),
    fingerprint,
    confusion,
  };
}

/** Over all epochs, which have equally many images each. */
export function meanRate(metrics: readonly EpochMetrics[]): number {
  const secondsPerImage = metrics.reduce((sum, epoch) => sum + 1 / epoch.imagesPerSecond, 0);
  return metrics.length / secondsPerImage;
}

/** The largest resident size seen after a step: that of this run, where the process's own peak is over all its runs. */
class PeakMemory {
  peak = 0;

  sample(): void {
    this.peak = Math.max(this.peak, process.memoryUsage.rss());
  }
}

export function planLines(plan: MemoryPlan): string[] {
  const parts = plan.parts.map(({ name, bytes }) => `  ${byteSize(bytes).padStart(10)}  ${name}`);
  const { totalBytes, limitBytes, availableBytes } = plan;
  const free = availableBytes !== null && totalBytes > availableBytes ? `, ${scarcity(availableBytes)}` : '';
  return [`memory plan: ${byteSize(totalBytes)} of at most ${byteSize(limitBytes)}${free}`, ...parts];
}

const scarcity = (available: number) =>
  `but this machine has only ${byteSize(available)} free: the run may be slow or be ended by the system`;

function resumeLine(checkpoint: Checkpoint | null, config: ResolvedConfig): string {
  if (checkpoint === null) return 'no checkpoint yet: starting from the beginning';
  return `going on ${placeInWords(checkpoint.position)}, of ${plural(config.epochs, 'epoch')}`;
}
