/**
 * Lets lanes do their next piece of work: all that may go when the page runs, one piece of each at a step. No more are at
 * work at a time than there are seats; whoever asks first is first, so that lanes on one seat take turns.
 */
interface Waiting {
  lane: number;
  go: () => void;
}

export class Pace {
  readonly #seats: number;
  #taken = 0;
  #running = false;
  /** Lanes that may do one piece although nothing runs. */
  readonly #tickets = new Set<number>();
  #queue: Waiting[] = [];

  constructor(seats: number) {
    this.#seats = seats;
  }

  run(): void {
    this.#running = true;
    this.#admit();
  }

  pause(): void {
    this.#running = false;
    this.#tickets.clear();
  }

  /** One piece for each of these. */
  step(lanes: Iterable<number>): void {
    for (const lane of lanes) this.#tickets.add(lane);
    this.#admit();
  }

  /** Waits until the lane may work: it has a seat then, which it gives back by `leave`. False: the signal was aborted first. */
  turn(lane: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const abort = () => {
        this.#queue = this.#queue.filter((one) => one !== waiting);
        resolve(false);
      };
      const go = () => {
        signal.removeEventListener('abort', abort);
        resolve(true);
      };
      const waiting = { lane, go };
      signal.addEventListener('abort', abort, { once: true });
      this.#queue.push(waiting);
      this.#admit();
    });
  }

  leave(): void {
    this.#taken--;
    this.#admit();
  }

  #admit(): void {
    for (const waiting of [...this.#queue]) {
      if (this.#taken >= this.#seats) return;
      if (!this.#running && !this.#tickets.delete(waiting.lane)) continue;
      this.#queue = this.#queue.filter((one) => one !== waiting);
      this.#taken++;
      waiting.go();
    }
  }
}
