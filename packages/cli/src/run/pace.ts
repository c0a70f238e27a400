/** The work of a comparison, and the time that it takes, told while it trains. */
import { describeNetwork } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { modelLabel } from '../models/names.js';
import { duration, plural } from '../terminal/format.js';
import type { RunFolder } from './folder.js';
import type { RunNews } from './news.js';
import type { RunNetwork } from './runNetwork.js';
import { TimeEstimate } from './timeEstimate.js';

/** A run of a comparison, and how far it is. */
export interface Place {
  config: ResolvedConfig;
  network: RunNetwork;
  folder: RunFolder;
  finished: boolean;
  epochsDone: number;
}

interface Surroundings {
  news: Pick<RunNews, 'note'>;
  /** The clock, in seconds. */
  now?: () => number;
}

/** In a shorter first epoch of the session, making ready took a share that no later one has. */
const SETTLED_SECONDS = 5;

export class Pace {
  readonly #places: readonly Place[];
  readonly #estimate: TimeEstimate;
  readonly #news: Pick<RunNews, 'note'>;
  readonly #now: () => number;
  /** When the epoch that is trained began; null when it had begun in a session before. */
  #began: number | null = null;
  #settled = false;

  constructor(places: readonly Place[], { news, now = () => performance.now() / 1000 }: Surroundings) {
    this.#places = places;
    this.#news = news;
    this.#now = now;
    // Multiply-accumulates as if every neuron fired; how many do is known to nobody yet.
    const macs = new Map<string, number>();
    const workOf = ({ config, network }: Place) => {
      const known = macs.get(config.model) ?? describeNetwork(network.network).macsPerStep;
      macs.set(config.model, known);
      return known * config.timeSteps;
    };
    this.#estimate = new TimeEstimate(
      places.map((place) => ({
        kind: kindOf(place.config),
        work: workOf(place),
        epochs: place.config.epochs - place.epochsDone,
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
    this.#news.note(`about ${duration(seconds)} for the ${runs} runs that are left${guess}`);
  }
}

function kindOf({ model, timeSteps, method }: ResolvedConfig): string {
  return `${modelLabel(model)}, T ${timeSteps}, ${method}`;
}
