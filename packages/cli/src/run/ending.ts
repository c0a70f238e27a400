/** What is known of a run when its last epoch is over: its best epoch, its test and its answers. */
import {
  type BatchSource,
  type BestEpoch,
  bestOf,
  Confusion,
  type Engine,
  type EpochMetrics,
  evaluate,
} from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { Failure } from '../errors.js';
import { plural } from '../terminal/format.js';
import type { BestWeights } from './bestFile.js';
import { trainAgain } from './checkpointFiles.js';
import { type ConfusionTable, confusionTable } from './confusion.js';
import type { RunFolder } from './folder.js';
import type { RunNews } from './news.js';
import type { RunResult } from './record.js';
import { loadCheckpoint } from './weights.js';

export interface RunEnd {
  config: Pick<ResolvedConfig, 'epochs' | 'patience'>;
  folder: RunFolder;
  /** With the weights of the last epoch. */
  engine: Engine;
  data: BatchSource;
  signal: AbortSignal;
  progress: Pick<RunNews, 'note'>;
  metrics: readonly EpochMetrics[];
  /** Answers of the last epoch's evaluation; null where it was in another session. */
  answers: Confusion | null;
}

/** What a result has of a run's end. */
export type Ending = Pick<
  RunResult,
  'epochs' | 'testAccuracy' | 'validationAccuracy' | 'best' | 'stopped' | 'weightsSha256'
> & { confusion: ConfusionTable };

/**
 * Where images are held out, the test images are read here, once, by the weights of the epoch that those have chosen. Null
 * when the signal ended that.
 */
export async function endingOf(end: RunEnd): Promise<Ending | null> {
  const { config, folder, engine, data, metrics } = end;
  const last = metrics.at(-1);
  const best = bestOf(metrics);
  if (last === undefined || best === null) throw new Error('a run without epochs has no result');
  const weightsSha256 = await engine.weightsSha256();
  const bestSha256 = await folder.best.sha256Of(best);
  const isHeldOut = last.judgedBy === 'validation';
  const tested = isHeldOut ? await testBest(end, await requireBest(best, folder)) : await lastAnswers(end, last);
  if (tested === null) return null;
  const { patience } = config;
  return {
    epochs: metrics.length,
    testAccuracy: tested.accuracy,
    ...(isHeldOut ? { validationAccuracy: last.testAccuracy } : {}),
    best: {
      ...{ epoch: best.epoch, accuracy: best.accuracy, judgedBy: last.judgedBy ?? 'test' },
      weightsSha256: bestSha256,
    },
    ...(patience && metrics.length < config.epochs ? { stopped: { patience, of: config.epochs } } : {}),
    weightsSha256,
    confusion: confusionTable(tested.answers, data.info),
  };
}

interface Tested {
  accuracy: number;
  answers: Confusion;
}

async function testBest(end: RunEnd, { checkpoint }: BestWeights): Promise<Tested | null> {
  const { epoch } = checkpoint.position;
  end.progress.note(
    `testing epoch ${epoch}, the best by validation, on ${plural(end.data.info.testSize, 'test image')}`,
  );
  await loadCheckpoint(end.engine, { checkpoint });
  return test(end);
}

/** As the last evaluation had them, which is done again where nobody knows them any more. */
async function lastAnswers(end: RunEnd, { testAccuracy }: EpochMetrics): Promise<Tested | null> {
  const answers = end.answers ?? (await test(end))?.answers;
  return answers === undefined ? null : { accuracy: testAccuracy, answers };
}

async function test({ engine, data, signal }: RunEnd): Promise<Tested | null> {
  const answers = new Confusion(data.info.classes);
  try {
    const { accuracy } = await evaluate({ engine, data, signal, onBatch: (...batch) => answers.add(...batch) });
    return { accuracy, answers };
  } catch (error) {
    if (signal.aborted && error === signal.reason) return null;
    throw error;
  }
}

async function requireBest(best: BestEpoch, folder: RunFolder): Promise<BestWeights> {
  const kept = await folder.best.readOf(best);
  if (kept !== null) return kept;
  const { epoch } = best;
  throw new Failure(
    `${folder.best.file} is not there, or has not the weights of the best epoch, number ${epoch + 1}, which are to be ` +
      `tested; ${trainAgain(folder.dir)}`,
  );
}
