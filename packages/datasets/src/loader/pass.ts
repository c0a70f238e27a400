/** One pass over samples, in batches that are filled ahead of their use. */
import { type Batch, interruptible } from 'kestirme';
import type { Steps } from '../augment/index.js';
import { allocateBatch, type BatchMemory, batchOf } from './batchMemory.js';
import type { Part, Source } from './fillBatch.js';
import type { Fillers } from './fillers.js';

export interface PassRequest {
  part: Part;
  source: Source;
  /** Positions of its samples, one behind the other. */
  order: Uint32Array;
  epoch: number;
  steps: Steps;
  batchSize: number;
  /** The first batch. */
  from: number;
  /** Batches under way at once, at most. */
  queue: number;
}

export class Pass {
  readonly #request: PassRequest;
  readonly #fillers: Fillers;
  readonly #count: number;
  readonly #started: { filled: Promise<void>; batch: Batch }[] = [];
  #slots: BatchMemory[] | null = null;
  #next: number;

  constructor(request: PassRequest, fillers: Fillers) {
    this.#request = request;
    this.#fillers = fillers;
    this.#count = Math.ceil(request.order.length / request.batchSize);
    this.#next = request.from;
  }

  /** Begins to fill batches, as many as may be under way. */
  fillAhead(): void {
    const { queue } = this.#request;
    while (this.#next < this.#count && this.#started.length < queue) this.#start(this.#next++);
  }

  /** To be asked for once. A batch's memory is used again from the second batch after it on. */
  async *batches(signal: AbortSignal | undefined): AsyncGenerator<Batch> {
    for (this.fillAhead(); ; this.fillAhead()) {
      const first = this.#started.shift();
      if (first === undefined) return;
      await interruptible(first.filled, signal);
      yield first.batch;
    }
  }

  #start(k: number): void {
    const { part, source, order, epoch, steps, batchSize, from, queue } = this.#request;
    const positions = order.slice(k * batchSize, (k + 1) * batchSize);
    const slots = Math.min(queue + 2, this.#count - from);
    this.#slots ??= Array.from({ length: slots }, () => allocateBatch(source.shape, batchSize, steps));
    const memory = this.#slots[(k - from) % slots] as BatchMemory;
    const filled = this.#fillers.fill({ part, positions, epoch, number: k, steps, memory });
    // Whoever stops early leaves these behind; their failure is nobody's then.
    filled.catch(() => {});
    const batch = batchOf(memory, source.shape, positions.length);
    this.#started.push({ filled, batch });
  }
}
