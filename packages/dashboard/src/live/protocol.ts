/** What a server of run folders tells the live page, and what the page may ask of it. Epochs and steps count from 0. */
import type { EpochMetrics } from 'kestirme';

/** `going`: a process is at work in its folder. */
export type RunState = 'going' | 'stopped' | 'finished';

export interface RunInfo {
  /** Of this server; says nothing to anyone else. */
  id: string;
  /** Its folder, as a person named it. */
  name: string;
  /** config.json: text and numbers of a folder that anyone may have written. */
  config: Record<string, unknown>;
  state: RunState;
  /** The process of the server trains it. */
  own: boolean;
  /** Epochs that are over, and steps that are done. */
  epochsDone: number;
  stepsDone: number;
  stepsPerEpoch: number | null;
  /** By the steps that came in since the server looks on. */
  imagesPerSecond: number | null;
  secondsLeft: number | null;
  /** Its files cannot be read, and why. */
  problem: string | null;
}

/** An epoch without what its layers did. */
export type EpochPoint = Pick<
  EpochMetrics,
  | 'epoch'
  | 'lambda'
  | 'headWeights'
  | 'lr'
  | 'trainLoss'
  | 'trainLossMain'
  | 'trainAccuracy'
  | 'trainAccuracyMain'
  | 'testLoss'
  | 'testAccuracy'
  | 'judgedBy'
  | 'imagesPerSecond'
  | 'seconds'
>;

export type StepPoint = [
  step: number,
  loss: number,
  accuracy: number,
  accuracyMain: number,
  lr: number,
  lambda: number,
  /** Null: of a run that does not tell it. */
  lossMain: number | null,
];

/** Of the process that serves the page, where it trains. */
export type SessionState = 'going' | 'stopping' | 'stopped' | 'ended';

/** Of the process that serves the page: end its run with a checkpoint, or go on with it. */
export type Wish = 'stop' | 'resume';

/** By their names, as server-sent events have them. `from`: how many epochs stand before; what the page has beyond is void. */
export interface LiveEvents {
  runs: { runs: RunInfo[]; session: SessionState | null };
  epochs: { id: string; from: number; points: EpochPoint[] };
  /** `replace`: what the page has is void. */
  steps: { id: string; replace: boolean; points: StepPoint[] };
}

/** What a page asks by GET and POST, or over a port; the answers are below. */
export type Question =
  | { kind: 'ask'; question: string; asked: Record<string, string | number> }
  | { kind: 'wish'; wish: Wish };

/** What a page says over a port. `listen`: tell all there is, and what comes. Each `number` is used once. */
export type ToRuns = { kind: 'listen' } | ({ number: number } & Question);

/** `number`: of the question. */
export type FromRuns =
  | { kind: 'event'; name: keyof LiveEvents; event: LiveEvents[keyof LiveEvents] }
  | { kind: 'answer'; number: number; answer: unknown }
  | { kind: 'refusal'; number: number; problem: string };

/** GET layers?run=ID&from=N. Each array has a number for each name; null: not a number. */
export interface LayersAnswer {
  /** Parameters whose gradients are told, and layers of neurons, in network order. */
  parameters: string[];
  neurons: string[];
  from: number;
  epochs: { norms: (number | null)[]; zeroShares: (number | null)[]; rates: (number | null)[] }[];
}

/** GET histograms?run=ID&layer=NAME: of some epochs, evenly. */
export interface HistogramsAnswer {
  minExponent: number;
  epochs: { epoch: number; positive: number[]; negative: number[]; zeros: number }[];
}

/** answers.json of a run, and GET answers?run=ID; null: the run has none. */
export interface AnswersFile {
  epoch: number;
  /** Those that judge epochs: test images, or images held out of training. */
  images: 'test' | 'validation';
  classNames: string[];
  /** [classes, classes]: images of the row's class that were taken for the column's. */
  confusion: number[];
  /** The most wrong first: by how much the logit of the answer is above that of the label. */
  worst: WrongImage[];
}

export interface WrongImage extends Picture {
  /** In its data set. */
  index: number;
  label: number;
  answer: number;
  margin: number;
}

/** Pixels [height, width, channels] of 0 to 255, in base64. */
export interface Picture {
  height: number;
  width: number;
  channels: number;
  pixels: string;
}

/** GET spikes?run=ID&image=N: one test image by the run's newest checkpoint. */
export interface SpikesAnswer {
  /** Epochs that the checkpoint has behind it. */
  epochs: number;
  image: Picture & { index: number; label: number };
  answer: number;
  classNames: string[];
  logits: number[];
  layers: SpikeLayer[];
}

export interface SpikeLayer {
  name: string;
  steps: number;
  height: number;
  width: number;
  channels: number;
  /** Bits [steps, height, width, words of channels] as 32-bit little-endian words, in base64. */
  bits: string;
}
