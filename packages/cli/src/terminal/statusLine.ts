import type { ErrorStream } from './terminal.js';

const CLEAR_LINE = '\r\u001b[2K';

/** One line at the bottom of a terminal that is drawn over and over, with ordinary lines passing above it. */
export class StatusLine {
  readonly #stream: ErrorStream;
  #shown = '';

  constructor(stream: ErrorStream) {
    this.#stream = stream;
  }

  get isLive(): boolean {
    return this.#stream.isTTY;
  }

  get columns(): number {
    return Math.max(20, this.#stream.columns);
  }

  /** Does nothing where there is no terminal. `text` must fit in the columns. */
  draw(text: string): void {
    if (!this.isLive || text === this.#shown) return;
    this.#stream.write(CLEAR_LINE + text);
    this.#shown = text;
  }

  /** An ordinary line, above the status line. */
  print(text: string): void {
    const shown = this.#shown;
    this.clear();
    this.#stream.write(`${text}\n`);
    if (shown !== '') this.draw(shown);
  }

  clear(): void {
    if (this.#shown === '') return;
    this.#stream.write(CLEAR_LINE);
    this.#shown = '';
  }
}
