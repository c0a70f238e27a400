/** The report of something that goes on: written again as it does, within a small share of the time. */
import { messageOf } from '../errors.js';
import type { RunFolder } from './folder.js';
import type { RunSoFar } from './record.js';
import { reportTitle } from './reportTitle.js';

/** Writing takes at most one in so many seconds. */
const shareOfTime = 25;
/** The time that writing is taken to need, in seconds, before it was done once. */
const firstGuess = 0.1;

export interface LiveReportOptions {
  /** Is told, once, that the report cannot be written. */
  warn(text: string): void;
  /** The clock, in seconds. */
  now?: () => number;
}

export class LiveReport {
  readonly #folder: RunFolder;
  readonly #warn: (text: string) => void;
  readonly #now: () => number;
  #writtenAt: number;
  #cost = firstGuess;
  #hasFailed = false;
  /** Runs that the file does not show yet. */
  #pending: readonly RunSoFar[] | null = null;

  constructor(folder: RunFolder, options: LiveReportOptions) {
    this.#folder = folder;
    this.#warn = (text) => options.warn(text);
    this.#now = options.now ?? (() => performance.now() / 1000);
    this.#writtenAt = this.#now();
  }

  /** `runs` have got on. Writes, unless that would take too much of the time; `finish` makes up for it. */
  async update(runs: readonly RunSoFar[]): Promise<void> {
    this.#pending = runs;
    if (this.#now() - this.#writtenAt >= shareOfTime * this.#cost) await this.finish();
  }

  /** Writes the runs that `update` left out. A report that cannot be written is no reason for a run to end: never throws. */
  async finish(): Promise<void> {
    const runs = this.#pending?.filter((run) => run.metrics.length > 0) ?? [];
    this.#pending = null;
    if (runs.length === 0) return;
    const begun = this.#now();
    try {
      // Its charts' library is large: not before there is something to draw.
      const { renderReport } = await import('../report/report.js');
      await this.#folder.writeReport(renderReport(runs, { title: reportTitle(runs.map((run) => run.config)) }));
    } catch (error) {
      if (!this.#hasFailed) this.#warn(`the report is not up to date: ${messageOf(error)}`);
      this.#hasFailed = true;
    }
    this.#writtenAt = this.#now();
    this.#cost = this.#writtenAt - begun;
  }
}
