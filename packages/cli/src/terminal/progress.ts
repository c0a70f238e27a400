import type { EpochMetrics } from 'kestirme';
import { epochNumber, headsText, metricNames } from '../run/metricNames.js';
import type { RunNews, StepNews } from '../run/news.js';
import { byteSize, duration, inBrackets, percent, rate } from './format.js';
import { StatusLine } from './statusLine.js';
import { type Terminal, wantsColour } from './terminal.js';

const REDRAW_SECONDS = 0.1;
/** Between lines where there is no terminal to draw on. */
const PLAIN_SECONDS = 10;
/** Weight of the newest step in the images per second that are shown. */
const SMOOTHING = 0.1;

/** Progress on standard error: a bar on a terminal, plain lines elsewhere, nothing when quiet. */
export class Progress implements RunNews {
  readonly #line: StatusLine;
  readonly #quiet: boolean;
  readonly #colour: boolean;
  readonly #now: () => number;
  readonly #cautions = new Set<string>();
  #began = 0;
  #stepsDone = 0;
  #lastStep = 0;
  #lastShown = 0;
  #rate = 0;

  /** `now` in seconds. */
  constructor(terminal: Terminal, options: { quiet?: boolean; now?: () => number } = {}) {
    this.#line = new StatusLine(terminal.error);
    this.#quiet = options.quiet ?? false;
    this.#colour = wantsColour(terminal);
    this.#now = options.now ?? (() => performance.now() / 1000);
  }

  /** A line that stays. */
  note(text: string): void {
    if (!this.#quiet) this.#line.print(text);
  }

  /** A line that stays, quiet or not. */
  warn(text: string): void {
    this.#line.print(text);
  }

  /** A warning about the run to come; once, though several runs give reason for it. */
  caution(text: string): void {
    if (this.#cautions.has(text)) return;
    this.#cautions.add(text);
    this.warn(`warning: ${text}`);
  }

  /** A run starts or goes on; its first step is about to begin. */
  begin(): void {
    this.#began = this.#now();
    this.#stepsDone = 0;
    this.#rate = 0;
    this.#lastStep = this.#began;
    this.#lastShown = this.#began;
  }

  step(news: StepNews): void {
    const now = this.#now();
    const newest = news.images / Math.max(now - this.#lastStep, 1e-6);
    // The time of the first step of an epoch holds the evaluation before it.
    const counts = this.#stepsDone === 0 || news.iteration > 0;
    if (counts) this.#rate = this.#rate === 0 ? newest : this.#rate + SMOOTHING * (newest - this.#rate);
    this.#stepsDone++;
    this.#lastStep = now;
    if (this.#quiet) return;
    const isLast = news.iteration + 1 === news.iterationsPerEpoch;
    const pause = this.#line.isLive ? REDRAW_SECONDS : PLAIN_SECONDS;
    if (now - this.#lastShown < pause && !(isLast && this.#line.isLive)) return;
    this.#lastShown = now;
    const left = this.#secondsLeft(news, now);
    if (this.#line.isLive) this.#line.draw(this.#bar(news, left, isLast));
    else this.#line.print(plainStep(news, this.#rate, left));
  }

  epoch(metrics: EpochMetrics, epochs: number, split?: string): void {
    this.note(epochLine(metrics, epochs, split));
  }

  prepare(what: string, done: number, total: number): void {
    this.#amount(what, done, total, String);
    if (done === total) this.#line.clear();
  }

  /** Bytes of a download; `total` 0 when unknown. */
  download(name: string, done: number, total: number): void {
    this.#amount(name, done, total, byteSize);
  }

  #amount(name: string, done: number, total: number, inWords: (amount: number) => string): void {
    if (this.#quiet) return;
    const now = this.#now();
    const finished = total > 0 && done >= total;
    if (now - this.#lastShown < (this.#line.isLive ? REDRAW_SECONDS : PLAIN_SECONDS) && !finished) return;
    this.#lastShown = now;
    const amount = total > 0 ? `${inWords(done)} of ${inWords(total)}` : inWords(done);
    if (!this.#line.isLive) return void this.#line.print(`${name}: ${amount}`);
    const space = this.#line.columns - 1 - name.length - amount.length - 4;
    const bar = total > 0 ? drawBar(done / total, Math.min(30, space), this.#colour) : '';
    this.#line.draw(bar === '' ? `${name}  ${amount}`.slice(0, this.#line.columns - 1) : `${name}  ${bar}  ${amount}`);
  }

  /** Takes the bar away; printed lines stay. */
  end(): void {
    this.#line.clear();
  }

  #secondsLeft(news: StepNews, now: number): number {
    const done = news.epoch * news.iterationsPerEpoch + news.iteration + 1;
    const remaining = news.epochs * news.iterationsPerEpoch - done;
    return ((now - this.#began) / this.#stepsDone) * remaining;
  }

  #bar(news: StepNews, left: number, testing: boolean): string {
    const head = `epoch ${news.epoch + 1}/${news.epochs}`;
    const step = `${String(news.iteration + 1).padStart(String(news.iterationsPerEpoch).length)}/${news.iterationsPerEpoch}`;
    const last = testing ? 'testing' : `ETA ${duration(left)}`;
    const tail = `${step}  loss ${news.loss.toFixed(3)}  ${rate(this.#rate)} images/s  ${last}`;
    // The last column stays free: some terminals wrap when it is written.
    const space = this.#line.columns - 1 - head.length - tail.length - 4;
    if (space < 5) return `${head}  ${tail}`.slice(0, this.#line.columns - 1);
    const bar = drawBar((news.iteration + 1) / news.iterationsPerEpoch, Math.min(30, space), this.#colour);
    return `${head}  ${bar}  ${tail}`;
  }
}

function plainStep(news: StepNews, imagesPerSecond: number, left: number): string {
  const step = `epoch ${news.epoch + 1}/${news.epochs}  step ${news.iteration + 1}/${news.iterationsPerEpoch}`;
  return `${step}  loss ${news.loss.toFixed(3)}  ${rate(imagesPerSecond)} images/s  ETA ${duration(left)}`;
}

/** `split`: by which there are test images, where there are several ways. */
export function epochLine(metrics: EpochMetrics, epochs: number, split?: string): string {
  const { headWeights, trainAccuracy, trainAccuracyMain } = metrics;
  const all = headWeights.length > 1 ? ` (all heads ${percent(trainAccuracy)})` : '';
  return [
    `epoch ${epochNumber(metrics.epoch)}/${epochs}`,
    `${metricNames.trainLoss} ${metrics.trainLoss.toFixed(4)}, accuracy ${percent(trainAccuracyMain)}${all}`,
    `${judgedLoss(metrics)} ${metrics.testLoss.toFixed(4)}, accuracy ${percent(metrics.testAccuracy)}${inBrackets(split)}`,
    `${metricNames.headWeights} ${headsText(headWeights)}`,
    `lr ${metrics.lr.toPrecision(3)}`,
    `${rate(metrics.imagesPerSecond)} images/s${waiting(metrics)}`,
  ].join('  ');
}

/** Of runs of before nothing is known. */
const waiting = ({ waitShare }: EpochMetrics) =>
  waitShare === undefined ? '' : `, waiting for data ${(100 * waitShare).toFixed(1)} %`;

const judgedLoss = ({ judgedBy }: EpochMetrics) => (judgedBy === undefined ? metricNames.testLoss : `${judgedBy} loss`);

function drawBar(share: number, width: number, colour: boolean): string {
  if (width < 5) return '';
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  const [done, rest] = ['━'.repeat(full), '─'.repeat(width - full)];
  return colour ? `\u001b[32m${done}\u001b[0m\u001b[2m${rest}\u001b[0m` : done + rest;
}
