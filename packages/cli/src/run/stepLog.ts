/** steps.jsonl: loss, accuracy and learning rate step by step, as far as a bounded file can hold them. */
import { appendFile, readFile } from 'node:fs/promises';
import { plain, type StepReport } from 'kestirme';
import { isAbsence, messageOf } from '../errors.js';
import { writeFileAtomic } from './atomicFile.js';

/** A longer run keeps one step in so many that these suffice. */
export const MOST_STEPS = 20_000;
/** More points of a curve could not be told apart. */
export const STEPS_TO_DRAW = 400;
/** Lines wait so long for others before they are written together, in seconds. */
const PATIENCE = 0.5;

/** One line; counts are from 0. */
export interface StepRecord {
  /** In the run. */
  step: number;
  epoch: number;
  /** Steps of each epoch. */
  perEpoch: number;
  /** The loss that is minimised: of all heads as the method combines them, mean over the batch. */
  loss: number;
  /** Of the main head alone, as if its weight were 1; absent in older files. */
  lossMain?: number;
  /** Share of right answers of the combined heads, and of the main head alone. */
  accuracy: number;
  accuracyMain: number;
  lr: number;
  /** Weight of the main head. */
  lambda: number;
}

const { count, finite, nonNegative, objectOf, optional, share } = plain;
const problemOf = objectOf({
  step: count,
  epoch: count,
  perEpoch: count,
  loss: finite,
  lossMain: optional(finite),
  accuracy: share,
  accuracyMain: share,
  lr: nonNegative,
  lambda: finite,
});

export interface StepLogOptions {
  /** Of the whole run. */
  steps: number;
  /** Is told, once, that the file cannot be written: no reason for a run to end. */
  warn(text: string): void;
  /** The clock, in seconds. */
  now?: () => number;
}

export class StepLog {
  readonly #file: string;
  readonly #every: number;
  readonly #warn: (text: string) => void;
  readonly #now: () => number;
  readonly #records: StepRecord[] = [];
  #waiting = '';
  #writtenAt = 0;
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;

  constructor(file: string, { steps, warn, now = () => performance.now() / 1000 }: StepLogOptions) {
    this.#file = file;
    this.#every = Math.max(1, Math.ceil(steps / MOST_STEPS));
    this.#warn = warn;
    this.#now = now;
  }

  /** All that are kept. */
  get records(): readonly StepRecord[] {
    return this.#records;
  }

  /**
   * Keeps the steps before number `step`, with which the run goes on; of a run that was given more epochs, so few that the
   * file stays bounded. A run that died may have written more, or part of a line.
   */
  async rewind(step: number): Promise<void> {
    await this.#guarded(async () => {
      const before = await textIn(this.#file);
      const kept = parseSteps(before).filter((one) => one.step < step && one.step % this.#every === 0);
      this.#records.splice(0, this.#records.length, ...kept);
      const text = kept.map(lineOf).join('');
      if (text !== before) await writeFileAtomic(this.#file, text);
    });
  }

  /** Takes the step in, if it is one to keep; the file follows soon, without anyone waiting for it. */
  add({ epoch, iteration, iterationsPerEpoch, images, result }: StepReport): StepRecord | null {
    const step = epoch * iterationsPerEpoch + iteration;
    if (step % this.#every !== 0) return null;
    const { loss, lossMain, correct, correctMain, lr, headWeights } = result;
    const shares = { accuracy: correct / images, accuracyMain: correctMain / images };
    const place = { step, epoch, perEpoch: iterationsPerEpoch };
    const record = { ...place, loss, lossMain, ...shares, lr, lambda: headWeights[0] ?? 1 };
    this.#records.push(record);
    this.#waiting += lineOf(record);
    if (this.#now() - this.#writtenAt >= PATIENCE) void this.flush();
    return record;
  }

  /** What was added is in the file when this resolves. Never throws. */
  flush(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = '';
    this.#writtenAt = this.#now();
    if (text !== '') this.#writing = this.#writing.then(() => this.#guarded(() => appendFile(this.#file, text)));
    return this.#writing;
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#hasFailed) this.#warn(`${this.#file} is not complete: ${messageOf(error)}`);
      this.#hasFailed = true;
    }
  }
}

const lineOf = (record: StepRecord) => `${JSON.stringify(record)}\n`;

/** The steps of a run's file, in their order; none where there is no file. */
export async function readSteps(file: string): Promise<StepRecord[]> {
  return parseSteps(await textIn(file));
}

async function textIn(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (isAbsence(error)) return '';
    throw error;
  });
}

/** Lines that are damaged are left out: no number of a run depends on them. */
export function parseSteps(text: string): StepRecord[] {
  const records: StepRecord[] = [];
  // Behind the last line feed, a run that goes on may have part of a line.
  for (const line of text.split('\n').slice(0, -1)) {
    const record = parseStep(line);
    if (record !== null && record.step > (records.at(-1)?.step ?? -1)) records.push(record);
  }
  return records;
}

/** Null unless the line is one step. */
export function parseStep(line: string): StepRecord | null {
  try {
    const value: unknown = plain.parseJson(line);
    return problemOf(value, '') === undefined ? (value as StepRecord) : null;
  } catch {
    return null;
  }
}

/** At most `most` steps, each the mean of equally many that follow each other; its place is that of the middle one. */
export function stepMeans(records: readonly StepRecord[], most: number): StepRecord[] {
  const together = Math.ceil(records.length / most);
  if (together <= 1) return [...records];
  return Array.from({ length: Math.ceil(records.length / together) }, (_, at) => {
    const some = records.slice(at * together, (at + 1) * together);
    const mean = (of: (record: StepRecord) => number) => some.reduce((sum, one) => sum + of(one), 0) / some.length;
    const { lossMain: _middle, ...middle } = some[some.length >> 1] as StepRecord;
    // Told of each of them, or of none.
    const lossMain = mean((one) => one.lossMain ?? Number.NaN);
    return {
      ...middle,
      loss: mean(({ loss }) => loss),
      ...(Number.isNaN(lossMain) ? {} : { lossMain }),
      accuracy: mean(({ accuracy }) => accuracy),
      accuracyMain: mean(({ accuracyMain }) => accuracyMain),
    };
  });
}
