/** The live page of a process that trains: a server in a thread, and the wishes of the page. */
import { Worker } from 'node:worker_threads';
import type { SessionState } from '@kestirme/dashboard';
import { Failure, UsageError } from '../errors.js';
import type { FromServer, ServerThreadData, ToServer } from './messages.js';

export interface DashboardChoice {
  port: number | undefined;
  /** Is told, once, when the page is no more: no reason for a run to end. */
  warn(text: string): void;
}

export class Dashboard {
  readonly url: string;
  readonly #thread: Worker;
  #dir = '';
  #stop: AbortController | null = null;
  #resume: (() => void) | null = null;
  #pages = 0;
  #isGone = false;
  /** Called when pages come and go, or the thread ends. */
  #onChange: () => void = () => {};

  private constructor(thread: Worker, url: string, { warn }: DashboardChoice) {
    this.#thread = thread;
    this.url = url;
    thread.on('message', (message: FromServer) => this.#heard(message));
    thread.on('exit', () => {
      if (!this.#isGone) warn('the page has ended; the run goes on without it');
      this.#isGone = true;
      this.#resume?.();
      this.#onChange();
    });
    // The process ends with its work.
    thread.unref();
  }

  static async start(choice: DashboardChoice): Promise<Dashboard> {
    const workerData: ServerThreadData = { roots: [], port: choice.port };
    const thread = new Worker(new URL('./serverThread.js', import.meta.url), { workerData });
    const first = await new Promise<FromServer>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
    });
    // From here on, an error ends the thread, and that is heard.
    thread.removeAllListeners('error').on('error', () => {});
    if ('failure' in first) throw first.isUsage ? new UsageError(first.failure) : new Failure(first.failure);
    if (!('url' in first)) throw new Error('the server has no address');
    return new Dashboard(thread, first.url, choice);
  }

  /** The run or comparison in `dir` is about to be trained. The signal: the page wishes it to stop. */
  begin(dir: string): AbortSignal {
    this.#dir = dir;
    this.#stop = new AbortController();
    this.#tell('going');
    return this.#stop.signal;
  }

  /** Whether the page has stopped what was begun last. */
  get hasStopped(): boolean {
    return this.#stop?.signal.aborted === true;
  }

  /** The run stands: waits until the page wishes it to go on. False when `signal` or the page's end comes first. */
  async resumed(signal: AbortSignal): Promise<boolean> {
    this.#tell('stopped');
    // The thread alone would not keep the process alive.
    this.#thread.ref();
    let wished = false;
    await new Promise<void>((resolve) => {
      const end = () => resolve();
      this.#resume = () => {
        wished = !this.#isGone;
        resolve();
      };
      if (signal.aborted || this.#isGone) resolve();
      signal.addEventListener('abort', end, { once: true });
    });
    this.#resume = null;
    this.#thread.unref();
    return wished;
  }

  /** Nothing more is trained. Waits while a page is open, until `signal`. */
  async ended(signal: AbortSignal): Promise<void> {
    this.#tell('ended');
    this.#thread.ref();
    await new Promise<void>((resolve) => {
      const look = () => {
        if (this.#pages === 0 || this.#isGone || signal.aborted) resolve();
      };
      this.#onChange = look;
      signal.addEventListener('abort', look, { once: true });
      look();
    });
    this.#thread.unref();
  }

  get pages(): number {
    return this.#pages;
  }

  async close(): Promise<void> {
    this.#isGone = true;
    await this.#thread.terminate();
  }

  #heard(message: FromServer): void {
    if ('pages' in message) {
      this.#pages = message.pages;
      this.#onChange();
    }
    if (!('wish' in message)) return;
    if (message.wish === 'resume') this.#resume?.();
    else if (this.#stop !== null && !this.#stop.signal.aborted) {
      this.#tell('stopping');
      this.#stop.abort();
    }
  }

  #tell(state: SessionState): void {
    const message: ToServer = { session: { dir: this.#dir, state } };
    if (!this.#isGone) this.#thread.postMessage(message);
  }
}
