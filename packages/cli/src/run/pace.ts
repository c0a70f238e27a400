/** The work of a comparison, and the time that it takes, told while it trains. */
import { type DataInfo, describeNetwork } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { duration, plural } from '../terminal/format.js';
import type { Progress } from '../terminal/progress.js';
import type { RunFolder } from './folder.js';
import { buildNetwork } from './network.js';
import { TimeEstimate } from './timeEstimate.js';

/** A run of a comparison, and how far it is. */
export interface Place {
  config: ResolvedConfig;
  folder: RunFolder;
  finished: boolean;
  epochsDone: number;
}

interface Surroundings {
  images: { info: DataInfo };
  progress: Progress;
  /** The clock, in seconds. */
  now?: () => number;
}

/** In a shorter first epoch of the session, making ready took a share that no later one has. */
const SETTLED_SECONDS = 5;

export class Pace {
  readonly #places: readonly Place[];
  readonly #estimate: TimeEstimate;
  readonly #progress: Progress;
  readonly #now: () => number;
  /** When the epoch that is trained began; null when it had begun in a session before. */
  #began: number | null = null;
  #settled = false;

  constructor(places: readonly Place[], { images, progress, now = () => performance.now() / 1000 }: Surroundings) {
    this.#places = places;
    this.#progress = progress;
    this.#now = now;
    // Multiply-accumulates as if every neuron fired; how many do is known to nobody yet.
    const macs = new Map<string, number>();
    const workOf = (config: ResolvedConfig) => {
      const known = macs.get(config.model) ?? describeNetwork(buildNetwork(config, images.info)).macsPerStep;
      macs.set(config.model, known);
      return known * config.timeSteps;
    };
    this.#estimate = new TimeEstimate(
      places.map(({ config, epochsDone }) => ({
        kind: kindOf(config),
        work: workOf(config),
        epochs: config.epochs - epochsDone,
      })),
    );
  }

  /** '12 runs: 2 networks x 2 T x 3 methods x 1 seed, 10 epochs each; 3 of them finished already'. */
  get plan(): string {
    const configs = this.#places.map(({ config }) => config);
    const amount = (key: keyof ResolvedConfig) => new Set(configs.map((config) => config[key])).size;
    const factors = [
      plural(amount('model'), 'network'),
      `${amount('timeSteps')} T`,
      plural(amount('method'), 'method'),
      plural(amount('seed'), 'seed'),
    ];
    const finished = this.#places.filter((place) => place.finished).length;
    const before = finished === 0 ? '' : `; ${finished} of them finished already`;
    const epochs = plural(configs[0]?.epochs ?? 0, 'epoch');
    return `${plural(configs.length, 'run')}: ${factors.join(' x ')}, ${epochs} each${before}`;
  }

  /** A run is about to be trained; `resumed` when it may go on in the middle of an epoch. */
  begin(resumed: boolean): void {
    this.#began = resumed ? null : this.#now();
  }

  /** One more epoch of the run at `place` is over. Says how long all runs take when this was the first of its kind. */
  epoch(place: Place): void {
    const now = this.#now();
    const took = this.#began === null ? null : now - this.#began;
    const counts = took !== null && (this.#settled || took >= SETTLED_SECONDS);
    this.#began = now;
    this.#settled = true;
    const isNews = counts && !this.#estimate.hasMeasured(kindOf(place.config));
    this.#estimate.epoch(this.#places.indexOf(place), counts ? took : null);
    const { seconds, unmeasured, kinds, runs } = this.#estimate;
    // The time that one run takes stands in its own progress.
    if (!isNews || seconds === null || runs < 2) return;
    const guess =
      unmeasured === 0
        ? ''
        : `; of ${kinds} kinds of run, ${unmeasured} not timed yet: guessed from their multiplications`;
    this.#progress.note(`about ${duration(seconds)} for the ${runs} runs that are left${guess}`);
  }
}

function kindOf({ model, timeSteps, method }: ResolvedConfig): string {
  return `${model}, T ${timeSteps}, ${method}`;
}
