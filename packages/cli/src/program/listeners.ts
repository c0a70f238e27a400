import type { EpochMetrics } from 'kestirme';
import type { StepNews } from '../run/news.js';
import type { Session } from './session.js';

/** What a program wants to hear of a run. Nothing else is written anywhere but into the run's folder. */
export interface RunListeners {
  /** Ends the run with a checkpoint after the step under way; to go on: `resume: true`. */
  signal?: AbortSignal | undefined;
  onStep?: ((step: StepNews) => void) | undefined;
  /** After an epoch and its evaluation; `epochs`: of the run. */
  onEpoch?: ((metrics: EpochMetrics, epochs: number) => void) | undefined;
  /** What the command line would print: how the run gets on. */
  onNote?: ((text: string) => void) | undefined;
  /** What may not be meant, or should not be missed. Default: as `onNote`. */
  onWarning?: ((text: string) => void) | undefined;
}

export function sessionOf(listeners: RunListeners): Session {
  const { signal = new AbortController().signal, onStep, onEpoch, onNote, onWarning = onNote } = listeners;
  const nothing = () => {};
  return {
    begin: () => signal,
    news: {
      note: (text) => onNote?.(text),
      warn: (text) => onWarning?.(text),
      caution: (text) => onWarning?.(text),
      step: (step) => onStep?.(step),
      epoch: (metrics, epochs) => onEpoch?.(metrics, epochs),
      prepare: nothing,
      begin: nothing,
      end: nothing,
    },
  };
}
