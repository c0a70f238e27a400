/**
 * What a run records beside its metrics, for looking at: steps, answers, TensorBoard's events. No number of a run depends on
 * them, so that one that cannot be written is told of once, and the run goes on; and nobody waits for a disk but where
 * lines have to be there before a checkpoint is.
 */
import { basename, join, resolve } from 'node:path';
import type { Batch, BatchSource, Checkpoint, Confusion, EpochMetrics, EvaluationResult, StepReport } from 'kestirme';
import { messageOf } from '../errors.js';
import { EventFile } from '../tensorboard/eventFile.js';
import { AnswerLog } from './answerLog.js';
import { STEPS_FILE } from './fileNames.js';
import type { RunFolder } from './folder.js';
import { STEPS_TO_DRAW, StepLog, type StepRecord, stepMeans } from './stepLog.js';

export interface SideRecordsOptions {
  folder: RunFolder;
  data: Pick<BatchSource, 'info' | 'trainBatchCount'>;
  /** Of the run. */
  epochs: number;
  /** Folder for a folder with event files of TensorBoard, named as the run's. */
  tensorboard: string | undefined;
  warn(text: string): void;
}

export class SideRecords {
  readonly #options: SideRecordsOptions;
  readonly #steps: StepLog;
  readonly #events: EventFile | null;
  readonly #answers: AnswerLog;
  readonly #first: number;
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;

  /** `checkpoint`: with which the run goes on. */
  constructor(options: SideRecordsOptions, checkpoint: Checkpoint | null) {
    const { folder, data, epochs, tensorboard, warn } = options;
    const perEpoch = data.trainBatchCount;
    const { epoch, iteration } = checkpoint?.position ?? { epoch: 0, iteration: 0 };
    this.#options = options;
    this.#first = epoch * perEpoch + iteration;
    this.#steps = new StepLog(folder.path(STEPS_FILE), { steps: epochs * perEpoch, warn });
    this.#answers = new AnswerLog(data.info);
    const own = tensorboard === undefined ? null : join(tensorboard, basename(resolve(folder.dir)));
    this.#events = own === null ? null : new EventFile(own, this.#first, { warn });
  }

  /** Before the first step of this session: what a session before wrote beyond its checkpoint goes. */
  rewind(): Promise<void> {
    return this.#steps.rewind(this.#first);
  }

  /** Over the whole run, as far as a drawing needs them. */
  get steps(): StepRecord[] {
    return stepMeans(this.#steps.records, STEPS_TO_DRAW);
  }

  /** Answers to the images that judged the last epoch; null before there was one. */
  get confusion(): Confusion | null {
    return this.#answers.last;
  }

  step(report: StepReport): void {
    const kept = this.#steps.add(report);
    if (kept !== null) this.#events?.step(kept);
  }

  /** A batch of the evaluation after an epoch. */
  answers(result: EvaluationResult, batch: Batch): void {
    this.#answers.add(result, batch);
  }

  epoch(metrics: EpochMetrics): void {
    this.#events?.epoch(metrics, (metrics.epoch + 1) * this.#options.data.trainBatchCount - 1);
    const answers = this.#answers.take(metrics);
    this.#writing = this.#writing
      .then(() => this.#options.folder.writeAnswers(answers))
      .catch((error) => this.#failed(error));
    void this.flush();
  }

  /** All is in the files when this resolves. Never throws. */
  async flush(): Promise<void> {
    await Promise.all([this.#steps.flush(), this.#events?.flush(), this.#writing]);
  }

  #failed(error: unknown): void {
    if (!this.#hasFailed) this.#options.warn(messageOf(error));
    this.#hasFailed = true;
  }
}
