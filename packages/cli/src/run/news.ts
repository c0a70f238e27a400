import type { OpenProgress } from '@kestirme/datasets';
import type { EpochMetrics } from 'kestirme';

/** The trainer's report after a step; epochs and iterations count from 0. */
export interface StepNews {
  epoch: number;
  epochs: number;
  iteration: number;
  iterationsPerEpoch: number;
  images: number;
  loss: number;
}

/** Who is told how a run gets on: a terminal, or a program. */
export interface RunNews {
  note(text: string): void;
  /** What should not be missed. */
  warn(text: string): void;
  /** A doubt about the run to come. */
  caution(text: string): void;
  /** Data are made ready before a run: `done` of `total` are. */
  prepare(what: string, done: number, total: number): void;
  /** A run starts or goes on; its first step is about to begin. */
  begin(): void;
  step(news: StepNews): void;
  /** `split`: see `RunResult`. */
  epoch(metrics: EpochMetrics, epochs: number, split: string | undefined): void;
  /** The run is over, or breaks off. */
  end(): void;
}

/** Tells of what is done when a data set is opened. */
export const preparing =
  (news: RunNews) =>
  ({ what, done, total }: OpenProgress) =>
    news.prepare(what, done, total);
