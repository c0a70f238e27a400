/** What the live page is told, may ask and may wish, by whichever way it reaches us: a server, or a port of a program. */
import type { FromRuns, ToRuns, Wish } from '@kestirme/dashboard';
import { messageOf, UsageError } from '../errors.js';
import { readAnswers } from './answersFile.js';
import { SpikeReader } from './spikes.js';
import { type Session, type Tell, WatchedRuns, type WatchOptions } from './watchedRuns.js';

export interface LiveRunsOptions extends WatchOptions {
  /** Folders of runs, of comparisons, and of such folders. */
  roots: readonly string[];
  /** Asked by the page; absent: the process trains nothing. */
  onWish?: ((wish: Wish) => void) | undefined;
}

/** A MessagePortMain of Electron is one. */
export interface PagePort {
  postMessage(message: FromRuns): void;
  on(event: 'message', listener: (event: { data: ToRuns }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

export class LiveRuns {
  readonly #options: LiveRunsOptions;
  readonly #runs: WatchedRuns;
  readonly #spikes = new SpikeReader();
  readonly #ports = new Set<PagePort>();

  constructor(options: LiveRunsOptions) {
    this.#options = options;
    this.#runs = new WatchedRuns(options.roots, options);
  }

  /** What this process trains at present, where it does. */
  set session(session: Session | null) {
    this.#runs.session = session;
  }

  /** Tells all there is, and from then on what comes. Gives the function that ends it. */
  subscribe(tell: Tell): Promise<() => void> {
    return this.#runs.subscribe(tell);
  }

  /** Undefined: that is no question. */
  async ask(question: string, asked: Readonly<Record<string, string | number>>): Promise<unknown> {
    const run = this.#runs.run(String(asked.run ?? ''));
    const number = (name: string) => Math.max(0, Math.floor(Number(asked[name]) || 0));
    switch (question) {
      case 'layers':
        return run?.layers(number('from')) ?? null;
      case 'histograms':
        return (await run?.histograms(String(asked.layer ?? ''))) ?? null;
      case 'answers':
        return run === undefined ? null : readAnswers(run.folder);
      case 'spikes':
        return run === undefined ? null : this.#spikes.read(run.folder, number('image'));
      default:
        return undefined;
    }
  }

  /** @throws UsageError where nothing is trained */
  wish(wish: Wish): void {
    const { onWish } = this.#options;
    if (onWish === undefined) {
      throw new UsageError('The process of this page trains nothing: end a run where it was started.');
    }
    onWish(wish);
  }

  /** Speaks with the page at the other end until it is closed. */
  connect(port: PagePort): void {
    let end: (() => void) | null = null;
    let isOpen = true;
    const say = (message: FromRuns) => {
      if (isOpen) port.postMessage(message);
    };
    const listen = async () => {
      const stop = await this.subscribe((name, event) => say({ kind: 'event', name, event }));
      if (isOpen) end = stop;
      else stop();
    };
    const answer = async (message: Exclude<ToRuns, { kind: 'listen' }>) => {
      const { number } = message;
      try {
        if (message.kind === 'wish') this.wish(message.wish);
        const found = message.kind === 'ask' ? await this.ask(message.question, message.asked) : null;
        say({ kind: 'answer', number, answer: found ?? null });
      } catch (error) {
        say({ kind: 'refusal', number, problem: messageOf(error) });
      }
    };
    port.on('message', ({ data }) => void (data.kind === 'listen' ? listen() : answer(data)));
    this.#ports.add(port);
    port.on('close', () => {
      this.#ports.delete(port);
      isOpen = false;
      end?.();
    });
    port.start();
  }

  async close(): Promise<void> {
    for (const port of this.#ports) port.close();
    this.#runs.close();
    await this.#spikes.close();
  }
}
