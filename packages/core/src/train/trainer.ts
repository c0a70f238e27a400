import { CheckpointError, type OpenCheckpoint } from '../checkpoint/checkpoint.js';
import { answeringTensors, withTensorsOf } from '../checkpoint/tensors.js';
import type { HeldEngine, State } from '../engine/types.js';
import { nextLambda } from '../lambda/adaptive.js';
import { presets } from '../lambda/presets.js';
import { userHeadWeights } from '../lambda/schedule.js';
import type { Batch, BatchSource } from '../loader/batch.js';
import { OneAhead } from '../loader/oneAhead.js';
import { requireFittingData } from '../loader/source.js';
import { addStep, type EpochSums, finishEpoch, isProbe, startEpoch } from '../metrics/epoch.js';
import type { EpochMetrics } from '../metrics/metrics.js';
import { type BestEpoch, betterOf, hasWaited } from './best.js';
import { doubtOfFirstEpoch, doubtOfFirstStep, doubtsOfRun, requireDoableSteps } from './doubts.js';
import { evaluateUnlessAborted } from './evaluate.js';
import { misfitsInWords, withInitial } from './initial.js';
import { CheckpointTimer } from './interval.js';
import type { TrainingOptions } from './options.js';
import type { TrainRequest, TrainResult } from './request.js';
import { requireFiniteState, requireSameRun } from './resume.js';
import { finiteStep } from './trainingError.js';
import { validateTrainingOptions } from './validateOptions.js';

/** A run under way, which has the engine. */
interface Run extends Omit<TrainRequest, 'engine'> {
  engine: HeldEngine;
  /** Where the last checkpoint that was handed out stands. */
  last: TrainResult['position'] | null;
  best: BestEpoch | null;
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
    const { position = null, best = null } = request.resume ?? {};
    return await trainOn({ ...request, engine, last: position, best, lambda: firstLambda(request) });
  } finally {
    engine.release();
  }
}

async function trainOn(request: Run): Promise<TrainResult> {
  const { options, network, data, signal, clock = hostClock } = request;
  const timer = new CheckpointTimer(request.checkpointEvery ?? { epochs: 1 }, clock);
  let sums = await begin(request);
  const metrics: EpochMetrics[] = [];
  const judgedBy = data.validationBatches === undefined ? 'test' : 'validation';
  const isDone = () => sums.epoch === options.epochs || hasWaited(request.best, sums.epoch, options.patience);
  while (!isDone()) {
    await trainEpoch(request, sums, timer);
    const began = clock();
    const test = await evaluateUnlessAborted({ ...request, on: judgedBy, onBatch: request.onAnswers });
    if (test === null) {
      await checkpoint(request, sums, timer);
      return { finished: false, position: positionOf(sums), metrics, best: request.best };
    }
    const finished = finishEpoch(sums, test, judgedBy);
    metrics.push(finished);
    if (sums.epoch === 0) warn(request, doubtOfFirstEpoch(finished));
    await request.onEpoch?.(finished, { evaluationSeconds: clock() - began });
    if (request.lambda !== null) {
      const next = { classes: network.classes, nextEpoch: sums.epoch + 1, epochs: options.epochs };
      request.lambda = nextLambda(options.lambda, request.lambda, sums, next);
    }
    const before = request.best;
    request.best = betterOf(before, finished);
    sums = startEpoch(sums.epoch + 1);
    if (request.best !== before) await keepBest(request, request.best, sums);
    const isLast = isDone() || signal?.aborted;
    if (isLast || timer.isDueAfterEpoch(sums.epoch, data.trainBatchCount)) await checkpoint(request, sums, timer);
    if (signal?.aborted) break;
  }
  return { finished: isDone(), position: positionOf(sums), metrics, best: request.best };
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
  const { mean, std } = resume ?? data.info;
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

async function keepBest(request: Run, best: BestEpoch, next: EpochSums): Promise<void> {
  const { onBest } = request;
  if (!onBest) return;
  await whileOpen(request, next, async ({ tensors, ...trained }) => {
    await onBest(best, { ...trained, tensors: answeringTensors(tensors) });
  });
}

/** Does `work` with a checkpoint of where the run stands; the engine waits. */
function whileOpen(request: Run, sums: EpochSums, work: (open: OpenCheckpoint) => Promise<void>): Promise<void> {
  const { engine, network, data, options, resume, lambda, best } = request;
  const { mean, std } = resume ?? data.info;
  return withTensorsOf(engine, (tensors) =>
    work({
      version: 2,
      network,
      training: options,
      mean,
      std,
      position: positionOf(sums),
      // A copy: the run goes on adding to its own.
      sums: sums.steps === 0 ? null : structuredClone(sums),
      logBytes: null,
      lambda,
      best,
      tensors,
    }),
  );
}

async function checkpoint(request: Run, sums: EpochSums, timer: CheckpointTimer): Promise<void> {
  const { onCheckpoint } = request;
  if (!onCheckpoint) return;
  await whileOpen(request, sums, async (open) => onCheckpoint(open));
  timer.restart();
  request.last = positionOf(sums);
}

function positionOf(sums: EpochSums): { epoch: number; iteration: number } {
  return { epoch: sums.epoch, iteration: sums.steps };
}

function hostClock(): number {
  return performance.now() / 1000;
}
