import type { Terminal } from './terminal.js';

/** A terminal that remembers; tests only. */
export class Recorder implements Terminal {
  output = '';
  errors = '';
  readonly ignoresHangup = false;
  readonly env: Record<string, string | undefined>;
  readonly error: { write(text: string): void; isTTY: boolean; columns: number };

  constructor(options: { isTTY?: boolean; columns?: number; env?: Record<string, string> } = {}) {
    this.env = options.env ?? {};
    this.error = {
      write: (text) => {
        this.errors += text;
      },
      isTTY: options.isTTY ?? false,
      columns: options.columns ?? 80,
    };
  }

  out(text: string): void {
    this.output += `${text}\n`;
  }
}
