/** What a run tells TensorBoard: an event file in a folder of the run's own. */
import { appendFile, mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { EpochMetrics } from 'kestirme';
import { messageOf } from '../errors.js';
import type { StepRecord } from '../run/stepLog.js';
import { type Event, eventRecord, type Value } from './events.js';
import { gradientHistogram } from './gradientHistogram.js';

export interface EventFileOptions {
  /** Is told, once, that the file cannot be written: no reason for a run to end. */
  warn(text: string): void;
  /** Seconds of the wall clock. */
  now?: () => number;
}

export class EventFile {
  readonly #dir: string;
  readonly #file: string;
  readonly #now: () => number;
  readonly #warn: (text: string) => void;
  #waiting: Uint8Array[] = [];
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;

  /** In the folder `dir`, which may have files of the run's earlier sessions; the run goes on with step number `step`. */
  constructor(dir: string, step: number, { warn, now = () => Date.now() / 1000 }: EventFileOptions) {
    this.#dir = dir;
    this.#now = now;
    this.#warn = warn;
    const began = this.#now();
    // By their names, TensorBoard reads the files of a folder in the order of time; the process tells two of a second apart.
    const second = String(Math.floor(began)).padStart(10, '0');
    this.#file = join(dir, `events.out.tfevents.${second}.${hostname()}.${process.pid}.0`);
    this.#add({ seconds: began, fileVersion: 'brain.Event:2' });
    if (step > 0) this.#add({ seconds: began, step, start: true });
  }

  step({ step, loss, lossMain, accuracy, accuracyMain, lr, lambda }: StepRecord): void {
    const values = scalars({
      'step/loss': loss,
      'step/loss of the main head': lossMain,
      'step/accuracy of all heads': accuracy,
      'step/accuracy of the main head': accuracyMain,
      'step/learning rate': lr,
      'step/lambda': lambda,
    });
    this.#add({ seconds: this.#now(), step, values });
  }

  /** `step`: the number of the epoch's last step, so that both kinds of curves share their axis. */
  epoch(metrics: EpochMetrics, step: number): void {
    this.#add({ seconds: this.#now(), step, values: epochValues(metrics) });
  }

  #add(event: Event): void {
    this.#waiting.push(eventRecord(event));
  }

  /** What was told is in the file when this resolves. Never throws. */
  flush(): Promise<void> {
    const records = this.#waiting;
    this.#waiting = [];
    if (records.length > 0) this.#writing = this.#writing.then(() => this.#write(Buffer.concat(records)));
    return this.#writing;
  }

  async #write(records: Uint8Array): Promise<void> {
    try {
      await mkdir(this.#dir, { recursive: true });
      await appendFile(this.#file, records);
    } catch (error) {
      if (!this.#hasFailed) this.#warn(`--tensorboard: ${this.#file} is not complete: ${messageOf(error)}`);
      this.#hasFailed = true;
    }
  }
}

/** What nobody told is left out. */
function scalars(values: Record<string, number | undefined>): Value[] {
  return Object.entries(values).flatMap(([tag, scalar]) => (scalar === undefined ? [] : [{ tag, scalar }]));
}

/** Scalars of an epoch, and a histogram of each gradient; the names are those of the report. */
export function epochValues(metrics: EpochMetrics): Value[] {
  const { gradients, firingRates, judgedBy = 'test' } = metrics;
  const own = scalars({
    'loss/training': metrics.trainLoss,
    'loss/training, main head': metrics.trainLossMain,
    [`loss/${judgedBy}`]: metrics.testLoss,
    'accuracy/training, all heads': metrics.trainAccuracy,
    'accuracy/training, main head': metrics.trainAccuracyMain,
    [`accuracy/${judgedBy}, main head`]: metrics.testAccuracy,
    'run/lambda': metrics.lambda,
    'run/learning rate': metrics.lr,
    'run/images per second': metrics.imagesPerSecond,
  });
  const heads = metrics.headWeights.map((scalar, at) => ({ tag: `head weight/${at === 0 ? 'main' : at}`, scalar }));
  const rates = Object.entries(firingRates).map(([layer, scalar]) => ({ tag: `firing rate/${layer}`, scalar }));
  const layers = Object.entries({ ...gradients.weights, ...prefixed('tap ', gradients.taps) });
  const gradientValues = layers.flatMap(([layer, stats]): Value[] => {
    const histogram = gradientHistogram(stats);
    return [
      { tag: `gradient norm/${layer}`, scalar: stats.norm },
      { tag: `share of zero gradients/${layer}`, scalar: stats.zeroShare },
      ...(histogram === null ? [] : [{ tag: `gradient/${layer}`, histogram }]),
    ];
  });
  return [...own, ...heads, ...rates, ...gradientValues];
}

function prefixed<T>(prefix: string, values: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}
