/** What happens at Ctrl-C: the first asks for an end after the current step, the second ends at once. */

/** The shell's convention: 128 and the number of the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type Name = keyof typeof EXIT_CODES;

export interface SignalSource {
  on(name: Name, listener: () => void): unknown;
  off(name: Name, listener: () => void): unknown;
  exit(code: number): void;
}

export class Interrupt {
  readonly #controller = new AbortController();
  readonly #source: SignalSource;
  readonly #listeners: [Name, () => void][];
  #exitCode = 0;

  /** `onFirst` tells the user that the run is about to end. */
  constructor(onFirst: () => void, source: SignalSource = process) {
    this.#source = source;
    this.#listeners = (Object.keys(EXIT_CODES) as Name[]).map((name) => [name, () => this.#arrived(name, onFirst)]);
    for (const [name, listener] of this.#listeners) source.on(name, listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Of the process, once interrupted; 0 before. */
  get exitCode(): number {
    return this.#exitCode;
  }

  /** Gives the signals back to their default. */
  dispose(): void {
    for (const [name, listener] of this.#listeners) this.#source.off(name, listener);
  }

  #arrived(name: Name, onFirst: () => void): void {
    if (this.#exitCode !== 0) {
      this.#source.exit(EXIT_CODES[name]);
      return;
    }
    this.#exitCode = EXIT_CODES[name];
    onFirst();
    this.#controller.abort();
  }
}
