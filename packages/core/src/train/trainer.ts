import { type Checkpoint, CheckpointError } from '../checkpoint/checkpoint.js';
import type { Engine, HeldEngine, MemoryPlan, State, StepResult } from '../engine/types.js';
import { nextLambda } from '../lambda/adaptive.js';
import { presets } from '../lambda/presets.js';
import { type HeadWeightsFunction, userHeadWeights } from '../lambda/schedule.js';
import type { Batch, BatchSource } from '../loader/batch.js';
import { OneAhead } from '../loader/oneAhead.js';
import { requireFittingData } from '../loader/source.js';
import { addStep, type EpochSums, finishEpoch, isProbe, startEpoch, waitShare } from '../metrics/epoch.js';
import type { EpochMetrics } from '../metrics/metrics.js';
import type { NetworkSpec } from '../network/spec.js';
import { doubtOfFirstEpoch, doubtOfFirstStep, doubtsOfRun, requireDoableSteps } from './doubts.js';
import { evaluateUnlessAborted } from './evaluate.js';
import { type InitialFit, misfitsInWords, withInitial } from './initial.js';
import { type CheckpointInterval, CheckpointTimer } from './interval.js';
import type { TrainingOptions } from './options.js';
import { requireFiniteState, requireSameRun } from './resume.js';
import { finiteStep } from './trainingError.js';
import { validateTrainingOptions } from './validateOptions.js';

export interface TrainRequest {
  engine: Engine;
  network: NetworkSpec;
  data: BatchSource;
  options: TrainingOptions;
  /** Goes on from here; the result has the same bits as a run that never stopped. */
  resume?: Checkpoint | undefined;
  /**
   * Weights to begin with in place of those that the seed draws, of every tensor whose name and shape fit: such as another
   * run's, whose classes may be others. Not read where `resume` is given.
   */
  initial?: State | undefined;
  /** What of `initial` was taken, and every tensor that did not fit. Default: a warning that lists these. */
  onInitial?: ((fit: InitialFit) => void) | undefined;
  /** Ends the run after the step under way, with a checkpoint; the signal of the engine ends it at once, without. */
  signal?: AbortSignal | undefined;
  /** Weights of the heads from a schedule of one's own, instead of `options.lambda`; checkpoints do not hold it. */
  userHeadWeights?: HeadWeightsFunction | undefined;
  /** Where the memory will go, before the first step. */
  onPlan?: ((plan: MemoryPlan) => void | Promise<void>) | undefined;
  onStep?: ((step: StepReport) => void | Promise<void>) | undefined;
  /** After an epoch and its evaluation, before its checkpoint. */
  onEpoch?: ((metrics: EpochMetrics, timing: EpochTiming) => void | Promise<void>) | undefined;
  /** As `checkpointEvery` says, at the end of the run and when the signal ends it. The run waits for it. */
  onCheckpoint?: ((checkpoint: Checkpoint) => void | Promise<void>) | undefined;
  /** Default: after each epoch. */
  checkpointEvery?: CheckpointInterval | undefined;
  /** The name of the last checkpoint, such as its file; for errors. */
  checkpointName?: string | undefined;
  /**
   * What the run may do and will hardly be meant to: a schedule that never moves, a layer that no gradient reaches, classes
   * without images. Default: `console.warn`.
   */
  onWarning?: ((text: string) => void) | undefined;
  /** Seconds since any fixed moment; default: the host's clock. */
  clock?: (() => number) | undefined;
}

/** Counts from 0. `sums` is the epoch so far, this step included: read it, do not keep it. */
export interface StepReport {
  epoch: number;
  epochs: number;
  iteration: number;
  iterationsPerEpoch: number;
  /** In this step. */
  images: number;
  result: StepResult;
  sums: Readonly<EpochSums>;
}

export interface EpochTiming {
  /** Share of the training time spent waiting for data, in [0, 1]. */
  waitShare: number;
  evaluationSeconds: number;
}

export interface TrainResult {
  /** False when the signal ended the run. */
  finished: boolean;
  /** The step that a resumed run would do next. */
  position: { epoch: number; iteration: number };
  /** Metrics of the epochs completed in this call. */
  metrics: EpochMetrics[];
}

/** A run under way, which has the engine. */
interface Run extends Omit<TrainRequest, 'engine'> {
  engine: HeldEngine;
  /** Where the last checkpoint that was handed out stands. */
  last: TrainResult['position'] | null;
  /** Lambda of this epoch, where it is measured instead of scheduled; else null. */
  lambda: number | null;
}

/**
 * Trains from the seed's initial parameters, or from a checkpoint. Batches are fetched while the engine works: a
 * source must not reuse a batch's memory before the second `next` after it. Until it ends nobody else changes the
 * engine's network: `Engine` says what is refused, and what callbacks may do, such as to evaluate other images.
 * @throws EngineBusyError when something else is under way on the engine; OptionsError, RangeError or CheckpointError before the first step when the parts do not fit each other;
 * TrainingError in the step in which a number is no longer finite; whatever the engine, the data or a callback throws.
 */
export async function train(request: TrainRequest): Promise<TrainResult> {
  const engine = request.engine.hold('training');
  try {
    return await trainOn({ ...request, engine, last: request.resume?.position ?? null, lambda: firstLambda(request) });
  } finally {
    engine.release();
  }
}

async function trainOn(request: Run): Promise<TrainResult> {
  const { options, network, data, signal, clock = hostClock } = request;
  const timer = new CheckpointTimer(request.checkpointEvery ?? { epochs: 1 }, clock);
  let sums = await begin(request);
  const metrics: EpochMetrics[] = [];
  while (sums.epoch < options.epochs) {
    await trainEpoch(request, sums, timer);
    const began = clock();
    const test = await evaluateUnlessAborted(request);
    if (test === null) {
      await checkpoint(request, sums, timer);
      return { finished: false, position: positionOf(sums), metrics };
    }
    const finished = finishEpoch(sums, test);
    metrics.push(finished);
    if (sums.epoch === 0) warn(request, doubtOfFirstEpoch(finished));
    await request.onEpoch?.(finished, { waitShare: waitShare(sums), evaluationSeconds: clock() - began });
    if (request.lambda !== null) {
      const next = { classes: network.classes, nextEpoch: sums.epoch + 1, epochs: options.epochs };
      request.lambda = nextLambda(options.lambda, request.lambda, sums, next);
    }
    sums = startEpoch(sums.epoch + 1);
    const isLast = sums.epoch === options.epochs || signal?.aborted;
    if (isLast || timer.isDueAfterEpoch(sums.epoch, data.trainBatchCount)) await checkpoint(request, sums, timer);
    if (signal?.aborted) break;
  }
  return { finished: sums.epoch === options.epochs, position: positionOf(sums), metrics };
}

/** Null unless lambda is measured: other presets are functions of the place in the run. */
function firstLambda({ options, resume, userHeadWeights }: TrainRequest): number | null {
  const { preset, start } = options.lambda;
  if (userHeadWeights !== undefined || presets[preset]?.lambda !== 'measured') return null;
  if (resume === undefined) return start;
  if (resume.lambda === null) {
    throw new CheckpointError(`the checkpoint lacks the lambda that '${preset}' has measured so far`);
  }
  return resume.lambda;
}

function warn({ onWarning }: Pick<TrainRequest, 'onWarning'>, text: string | null): void {
  if (text === null) return;
  if (onWarning) onWarning(text);
  else console.warn(`kestirme: ${text}`);
}

/** Checks that the parts fit, loads the engine, and says where to begin. */
async function begin({ engine, network, data, options, resume, initial, onPlan, ...rest }: Run): Promise<EpochSums> {
  // A user's own schedule makes the preset irrelevant, whatever heads it would need.
  validateTrainingOptions(options, rest.userHeadWeights ? undefined : network.heads.length);
  requireFittingData(network, data);
  if (resume) {
    requireSameRun(resume, network, options, data);
    requireFiniteState(resume.state);
  }
  if (initial !== undefined) requireFiniteState(initial, "the initial weights'");
  const { mean, std } = data.info;
  requireDoableSteps(network, options, data.info);
  const warnings = [...(data.warnings ?? []), ...doubtsOfRun(network, options, rest.userHeadWeights !== undefined)];
  for (const warning of warnings) warn(rest, warning);
  const plan = await engine.load({ network, training: options, mean, std });
  await onPlan?.(plan);
  if (resume) await engine.writeState(resume.state);
  else if (initial !== undefined) await writeInitial(engine, initial, rest);
  return structuredClone(resume?.sums ?? startEpoch(resume?.position.epoch ?? 0));
}

async function writeInitial(
  engine: HeldEngine,
  initial: State,
  { onInitial, onWarning }: Pick<Run, 'onInitial' | 'onWarning'>,
): Promise<void> {
  const { state, ...fit } = withInitial(await engine.readState(), initial);
  await engine.writeState(state);
  if (onInitial) onInitial(fit);
  else if (fit.misfits.length > 0) warn({ onWarning }, misfitsInWords(fit.misfits));
}

/** The epoch's remaining steps, one at a time, the next batch on its way meanwhile; returns early when aborted. */
async function trainEpoch(request: Run, sums: EpochSums, timer: CheckpointTimer): Promise<void> {
  const { engine, network, data, options, signal, clock = hostClock } = request;
  const { epoch } = sums;
  const { epochs } = options;
  const iterationsPerEpoch = data.trainBatchCount;
  if (sums.steps === iterationsPerEpoch || signal?.aborted) return;

  const batches = new OneAhead(data.trainBatches(epoch, sums.steps), signal, engine.ended);
  try {
    while (sums.steps < iterationsPerEpoch) {
      const began = clock();
      const batch = await batches.next();
      const arrived = clock();
      if (batch === undefined || signal?.aborted) return;
      if (batch === null) throw wrongCount(data, epoch, `${sums.steps}`);

      const iteration = sums.steps;
      requireWholeBatch(options, batch, epoch, iteration, iterationsPerEpoch);
      const place = { epoch, iteration, iterationsPerEpoch };
      const headWeights = request.userHeadWeights
        ? userHeadWeights(request.userHeadWeights, network.heads.length, { ...place, epochs })
        : null;
      const probe = isProbe(iteration, iterationsPerEpoch);
      const { last, checkpointName } = request;
      const result = await finiteStep(
        engine.trainStep(batch, { ...place, headWeights, lambda: request.lambda, probe }),
        {
          ...{ epoch, iteration, batch, checkpoint: last, checkpointName, options },
        },
      );
      if (epoch === 0 && iteration === 0) warn(request, doubtOfFirstStep(network, result));
      addStep(sums, result, batch.size);
      sums.waitSeconds += arrived - began;
      sums.seconds += clock() - began;

      await request.onStep?.({ ...place, epochs, images: batch.size, result, sums });
      const stepsDone = epoch * iterationsPerEpoch + sums.steps;
      const isLast = sums.steps === iterationsPerEpoch;
      if (!isLast && timer.isDueAfterStep(stepsDone)) await checkpoint(request, sums, timer);
    }
    const extra = await batches.next();
    if (extra !== null && extra !== undefined) throw wrongCount(data, epoch, 'more');
  } finally {
    await batches.close();
  }
}

/** A batch of another size would be trained on with options that were meant for the one they name. */
function requireWholeBatch(
  { batchSize }: TrainingOptions,
  { size }: Batch,
  epoch: number,
  iteration: number,
  iterationsPerEpoch: number,
): void {
  if (size === batchSize || (size < batchSize && iteration + 1 === iterationsPerEpoch)) return;
  throw new RangeError(
    `epoch ${epoch}, step ${iteration}: a batch of ${size}, but \`batchSize\` is ${batchSize}: give the ` +
      'loader and the options the same one (only the last batch of an epoch may be smaller)',
  );
}

function wrongCount(data: BatchSource, epoch: number, got: string): Error {
  return new RangeError(
    `data set '${data.info.name}' has ${data.trainBatchCount} training batches an epoch, but epoch ${epoch} gave ${got}`,
  );
}

async function checkpoint(request: Run, sums: EpochSums, timer: CheckpointTimer): Promise<void> {
  const { engine, network, data, options, onCheckpoint } = request;
  if (!onCheckpoint) return;
  const { mean, std } = data.info;
  await onCheckpoint({
    version: 2,
    network,
    training: options,
    mean,
    std,
    position: positionOf(sums),
    // A copy: the run goes on adding to its own.
    sums: sums.steps === 0 ? null : structuredClone(sums),
    logBytes: null,
    lambda: request.lambda,
    state: await engine.readState(),
  });
  timer.restart();
  request.last = positionOf(sums);
}

function positionOf(sums: EpochSums): { epoch: number; iteration: number } {
  return { epoch: sums.epoch, iteration: sums.steps };
}

function hostClock(): number {
  return performance.now() / 1000;
}
