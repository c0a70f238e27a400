/**
 * Asks a source for its next item as soon as one is taken, so that it is fetched while the taker works. At most one item
 * waits; a source must not reuse an item's memory before the second `next` after it.
 */
export class OneAhead<T> {
  readonly #items: AsyncIterator<T>;
  #pending: Promise<IteratorResult<T>>;

  constructor(source: AsyncIterable<T>) {
    this.#items = source[Symbol.asyncIterator]();
    this.#pending = this.#ask();
  }

  #ask(): Promise<IteratorResult<T>> {
    const pending = this.#items.next();
    // A failure is reported when the item is taken; if it never is, it must not end the process.
    pending.catch(() => {});
    return pending;
  }

  /** The next item; null at the end. */
  async next(): Promise<T | null> {
    const item = await this.#pending;
    if (item.done === true) return null;
    this.#pending = this.#ask();
    return item.value;
  }

  /** Lets the source go, wherever it stands. */
  async close(): Promise<void> {
    await this.#items.return?.();
  }
}
