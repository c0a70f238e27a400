/** Programs that stay and take turns, so that each is started and warmed up once for all pairs of an item. */
import { ChildError, type ChildRequest, runChild } from './child.js';

/** A program that answers each line with a number of steps by a line of JSON, and ends with its input. */
export class Resident {
  readonly #ended: Promise<string>;
  #input: { write(text: string): void; end(): void } | null = null;
  #kill = () => {};
  #answer: (line: string) => void = () => {};

  constructor({ timeoutSeconds: _, ...request }: ChildRequest) {
    this.#ended = runChild({
      ...request,
      onStart: ({ input, end }) => {
        this.#input = input;
        this.#kill = end;
      },
      onLine: (line) => {
        // Libraries may print, too.
        if (line.startsWith('{')) this.#answer(line);
      },
    });
    // Told to whoever waits for a turn.
    this.#ended.catch(() => {});
  }

  /** Takes a turn of so many steps; resolves with the answer. Rejects with a ChildError as `runChild` does. */
  async turn(steps: number, timeoutSeconds: number): Promise<string> {
    const answer = new Promise<string>((resolve) => {
      this.#answer = resolve;
    });
    this.#input?.write(`${steps}\n`);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#kill();
    }, 1000 * timeoutSeconds);
    try {
      const ended = this.#ended.then(() => {
        throw new ChildError('ended before its turn', '');
      });
      return await Promise.race([answer, ended]);
    } catch (error) {
      if (late) throw new ChildError(`took longer than ${timeoutSeconds} s`, '', { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the program, which may put things in order for some seconds; resolves when it has ended. */
  async end(): Promise<void> {
    this.#input?.end();
    const timer = setTimeout(this.#kill, 5000);
    await this.#ended.catch(() => {});
    clearTimeout(timer);
  }
}
