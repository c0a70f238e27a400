/** The trainer behind the page: makes the networks of a setting, trains them as the page says, and tells how it goes. */
import { type NamedDataset, openDataset } from '@kestirme/datasets';
import { createEngine, type Engine } from 'kestirme';
import { dataOf, stepsOf } from '../setting/recipe.js';
import { methodsOf, type Setting } from '../setting/setting.js';
import { Lane } from './lane.js';
import { Pace } from './pace.js';
import type { Digit, FromTrainer, OfRun, ToTrainer } from './protocol.js';
import type { Threads } from './threads.js';

type Watched = Extract<ToTrainer, { kind: 'watch' }>['digit'];

interface Training {
  lanes: Lane[];
  dataset: NamedDataset;
  pace: Pace;
  stop: AbortController;
  tell(news: OfRun): void;
  over: Promise<unknown>;
}

export class Trainer {
  readonly #threads: Threads;
  readonly #tell: (news: FromTrainer) => void;
  /** One for each lane, made when it is first needed. */
  #engines: Promise<Engine>[] = [];
  #training: Training | null = null;
  #newest = 0;
  #before: Promise<void> = Promise.resolve();
  #watched: Watched = { test: 0 };
  #asking: Promise<void> | null = null;
  /** What was asked is old. */
  #stale = false;

  constructor(threads: Threads, tell: (news: FromTrainer) => void) {
    this.#threads = threads;
    this.#tell = tell;
  }

  hear(message: ToTrainer): void {
    const { lanes, pace } = this.#training ?? {};
    switch (message.kind) {
      case 'prepare': {
        const { run, setting } = message;
        this.#newest = run;
        this.#before = this.#before.then(() => this.#prepare(run, setting));
        break;
      }
      case 'run':
        pace?.run();
        break;
      case 'pause':
        pace?.pause();
        break;
      case 'step':
        pace?.step(lanes?.keys() ?? []);
        break;
      case 'watch':
        this.#watched = message.digit;
        this.look();
    }
  }

  /** Asks the networks for the digit that is watched, as soon as an earlier question is answered. */
  look(): void {
    this.#stale = true;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
  }

  async close(): Promise<void> {
    await this.#end();
    await this.#closeEngines();
  }

  async #prepare(run: number, setting: Setting): Promise<void> {
    await this.#end();
    if (run !== this.#newest) return;
    const tell = (news: OfRun) => this.#tell({ run, ...news });
    const stop = new AbortController();
    try {
      this.#tell({ kind: 'engine', ...this.#threads });
      const methods = methodsOf(setting);
      const [dataset, ...engines] = await Promise.all([
        openDataset('builtin', dataOf(setting)),
        ...methods.map((_, lane) => this.#engine(lane)),
      ]);
      const pace = new Pace(this.#threads.atOnce);
      const lanes = methods.map((method, lane) => {
        const engine = engines[lane] as Engine;
        return new Lane({ lane, engine, setting, method, dataset, pace, signal: stop.signal, tell });
      });
      const begun = await Promise.all(lanes.map((lane) => lane.begin()));
      const over = Promise.all(begun.map(({ ended }) => ended)).catch((error) => this.#fail(stop, tell, error));
      this.#training = { lanes, dataset, pace, stop, tell, over };
      tell({ kind: 'prepared', lanes: begun.map(({ info }) => info), steps: stepsOf(setting) });
      this.look();
    } catch (error) {
      await this.#fail(stop, tell, error);
    }
  }

  /** After a failure an engine is of no use, so that the next setting has new ones. */
  async #fail(stop: AbortController, tell: (news: OfRun) => void, error: unknown): Promise<void> {
    stop.abort();
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    await this.#closeEngines();
  }

  #engine(lane: number): Promise<Engine> {
    const { threads, build } = this.#threads;
    this.#engines[lane] ??= createEngine({ threads, build });
    return this.#engines[lane];
  }

  async #closeEngines(): Promise<void> {
    const engines = await Promise.allSettled(this.#engines.splice(0));
    await Promise.all(engines.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
  }

  /** Ends the training after the step under way; its engines are free then. */
  async #end(): Promise<void> {
    const training = this.#training;
    this.#training = null;
    training?.stop.abort();
    await training?.over;
    await this.#asking;
  }

  async #ask(): Promise<void> {
    while (this.#stale && this.#training !== null) {
      this.#stale = false;
      const { lanes, dataset, stop, tell } = this.#training;
      const digit = digitOf(this.#watched, dataset);
      try {
        for (const [number, lane] of lanes.entries()) {
          const answers = await lane.ask(digit);
          if (!stop.signal.aborted) tell({ kind: 'answers', lane: number, ...answers });
        }
      } catch (error) {
        if (!stop.signal.aborted) await this.#fail(stop, tell, error);
      }
    }
  }
}

function digitOf(watched: Watched, { test }: NamedDataset): Digit {
  if ('drawn' in watched) return { pixels: watched.drawn, label: null, test: null };
  const length = test.images.length / test.size;
  const at = watched.test % test.size;
  return {
    pixels: test.images.slice(at * length, (at + 1) * length),
    label: test.labels[at] as number,
    test: at,
  };
}
