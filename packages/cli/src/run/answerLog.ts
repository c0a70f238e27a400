/** answers.json: what the main head took the images for in the last evaluation. */
import type { AnswersFile, WrongImage } from '@kestirme/dashboard';
import { type Batch, Confusion, type DataInfo, type EpochMetrics, type EvaluationResult } from 'kestirme';
import { pictureOf } from './picture.js';

/** Images that are kept to be looked at. */
export const MOST_WRONG = 24;

export class AnswerLog {
  readonly #info: DataInfo;
  #confusion: Confusion;
  #worst: WrongImage[] = [];
  #last: Confusion | null = null;

  constructor(info: DataInfo) {
    this.#info = info;
    this.#confusion = new Confusion(info.classes);
  }

  /** Takes a batch of an evaluation in. */
  add({ logits }: Pick<EvaluationResult, 'logits'>, batch: Batch): void {
    const { classes } = this.#info;
    this.#confusion.add({ logits }, batch);
    batch.labels.forEach((label, at) => {
      const own = logits.subarray(at * classes, (at + 1) * classes);
      // The first of the largest, as in a prediction.
      const answer = own.reduce((best, logit, k) => (logit > (own[best] as number) ? k : best), 0);
      if (answer === label) return;
      // Of single precision numbers, exactly: what is kept is the same on every host.
      const margin = (own[answer] as number) - (own[label] as number);
      const place = this.#worst.findIndex((one) => one.margin < margin);
      const rank = place < 0 ? this.#worst.length : place;
      if (rank >= MOST_WRONG) return;
      const index = batch.indices[at] as number;
      this.#worst.splice(rank, 0, { index, label, answer, margin, ...pictureOf(batch, at, this.#info) });
      this.#worst.length = Math.min(this.#worst.length, MOST_WRONG);
    });
  }

  /** Answers of the last evaluation that was taken; null before there was one. */
  get last(): Confusion | null {
    return this.#last;
  }

  /** The evaluation after an epoch is over: what it gave, and room for the next. */
  take({ epoch, judgedBy }: Pick<EpochMetrics, 'epoch' | 'judgedBy'>): AnswersFile {
    const { classNames, classes } = this.#info;
    this.#last = this.#confusion;
    const file = {
      epoch,
      images: judgedBy ?? ('test' as const),
      classNames,
      confusion: [...this.#confusion.counts],
      worst: this.#worst,
    };
    this.#confusion = new Confusion(classes);
    this.#worst = [];
    return file;
  }
}
