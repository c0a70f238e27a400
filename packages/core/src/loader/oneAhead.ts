import { interruptible } from './interruptible.js';

/**
 * Asks a source for its next item as soon as one is taken, so that it is fetched while the taker works. At most one item
 * waits; a source must not reuse an item's memory before the second `next` after it.
 */
export class OneAhead<T> {
  readonly #items: AsyncIterator<T>;
  readonly #signal: AbortSignal | undefined;
  readonly #ended: AbortSignal | undefined;
  #pending: Promise<IteratorResult<T>>;
  #fetching = false;

  /** Both signals end the wait for an item that does not come: `signal` as asked for, `ended` with its reason. */
  constructor(source: AsyncIterable<T>, signal?: AbortSignal, ended?: AbortSignal) {
    this.#items = source[Symbol.asyncIterator]();
    this.#signal = signal;
    this.#ended = ended;
    this.#pending = this.#ask();
  }

  #ask(): Promise<IteratorResult<T>> {
    const pending = this.#items.next();
    this.#fetching = true;
    const arrived = () => {
      this.#fetching = false;
    };
    // A failure is reported when the item is taken; if it never is, it must not end the process.
    pending.then(arrived, arrived);
    return pending;
  }

  /** The next item; null at the end, undefined when `signal` comes first. @throws the reason of `ended` when that does */
  async next(): Promise<T | null | undefined> {
    try {
      const item = await interruptible(this.#pending, this.#signal, this.#ended);
      if (item.done === true) return null;
      this.#pending = this.#ask();
      return item.value;
    } catch (error) {
      // The source may know of the signal, too.
      if (this.#signal?.aborted && error === this.#signal.reason) return undefined;
      throw error;
    }
  }

  /** Lets the source go, wherever it stands. */
  async close(): Promise<void> {
    const closed = this.#items.return?.();
    // A source that still fetches closes only afterwards, perhaps never: a loop that is left early does not wait for that.
    if (this.#fetching) closed?.catch(() => {});
    else await closed;
  }
}
