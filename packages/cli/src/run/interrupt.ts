/** Signals and their wishes of a run: the first, an end after the step under way; a second one of a person, an end at once. */

/** The shell's convention: 128 and the number of the signal. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type Name = keyof typeof EXIT_CODES;

/**
 * Signals that arrive within so many milliseconds are one wish. A terminal sends a Ctrl-C to all of npm's processes, and npm
 * sends it on, some 25 ms later, to those that have it already; whoever ends a group of processes does the same with SIGTERM.
 * A person who presses Ctrl-C a second time is slower, or presses once more.
 */
export const TOGETHER_MILLISECONDS = 500;

export interface SignalSource {
  on(name: Name, listener: () => void): unknown;
  off(name: Name, listener: () => void): unknown;
  exit(code: number): void;
  /** Milliseconds, from anywhere. */
  now(): number;
  /** Does not keep the process alive. */
  later(milliseconds: number, then: () => void): void;
}

const ofTheProcess: SignalSource = {
  on: (name, listener) => process.on(name, listener),
  off: (name, listener) => process.off(name, listener),
  exit: (code) => process.exit(code),
  now: () => performance.now(),
  later: (milliseconds, then) => void setTimeout(then, milliseconds).unref(),
};

export interface InterruptOptions {
  /** Told once, when the run is about to end. */
  onFirst(): void;
  /** A hangup, SIGHUP, asks for nothing. */
  ignoreHangup: boolean;
  source?: SignalSource;
}

export class Interrupt {
  readonly #controller = new AbortController();
  readonly #options: InterruptOptions;
  readonly #source: SignalSource;
  readonly #listeners: [Name, () => void][];
  #exitCode = 0;
  /** When the first SIGINT or SIGTERM came. */
  #asked: number | null = null;
  #disposed = false;

  constructor(options: InterruptOptions) {
    this.#options = options;
    this.#source = options.source ?? ofTheProcess;
    this.#listeners = (Object.keys(EXIT_CODES) as Name[]).map((name) => [name, () => this.#arrived(name)]);
    for (const [name, listener] of this.#listeners) this.#source.on(name, listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Exit code of the process, once interrupted; 0 before. */
  get exitCode(): number {
    return this.#exitCode;
  }

  /** Gives the signals back to their default; after an interruption only when no repetition of it can come any more. */
  dispose(): void {
    this.#disposed = true;
    const letGo = () => {
      for (const [name, listener] of this.#listeners) this.#source.off(name, listener);
    };
    if (this.#exitCode === 0) letGo();
    else this.#source.later(TOGETHER_MILLISECONDS, letGo);
  }

  #arrived(name: Name): void {
    if (this.#disposed) return;
    // A terminal that closes says so more than once, and nobody sits at it to wish for an end at once.
    const isHangup = name === 'SIGHUP';
    if (isHangup && this.#options.ignoreHangup) return;
    if (this.#exitCode === 0) {
      this.#exitCode = EXIT_CODES[name];
      this.#options.onFirst();
      this.#controller.abort();
    }
    if (isHangup) return;
    this.#asked ??= this.#source.now();
    if (this.#source.now() - this.#asked > TOGETHER_MILLISECONDS) this.#source.exit(EXIT_CODES[name]);
  }
}
