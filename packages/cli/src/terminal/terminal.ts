import { startedIgnoringHangup } from './hangup.js';

/** The process's streams and surroundings, as far as the commands use them; tests pass their own. */
export interface Terminal {
  /** Standard output: results, a line or more at a time. */
  out(text: string): void;
  /** Standard error: progress and messages. */
  readonly error: ErrorStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program was started to go on when its terminal closes. */
  readonly ignoresHangup: boolean;
}

export interface ErrorStream {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    error: {
      write: (text) => void process.stderr.write(text),
      get isTTY() {
        // A dumb terminal cannot go back to the start of a line.
        return process.stderr.isTTY === true && process.env.TERM !== 'dumb';
      },
      get columns() {
        // A terminal that does not know its size says 0.
        return process.stderr.columns || 80;
      },
    },
    env: process.env,
    ignoresHangup: startedIgnoringHangup(),
  };
}

/** https://no-color.org: any value that is not empty. */
export function wantsColour(terminal: Terminal): boolean {
  return terminal.error.isTTY && !terminal.env.NO_COLOR;
}
