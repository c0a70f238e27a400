// The loop: take an input that reached something, change it, run it, keep it when it reaches something new.
import { getHeapStatistics } from 'node:v8';
import { Mutator } from './mutate.mjs';

/** One input may take no longer; twice, so that a busy machine is not taken for a slow parser. */
const mostSeconds = 1;
/** One input may allocate no more than this, and so many times its own length. */
const mostBytes = 64 * 2 ** 20;
const mostBytesPerByte = 4096;

const inherited = Reflect.ownKeys(Object.prototype).length;

export class Fuzzer {
  executions = 0;
  /** Inputs that reached something new, in the order in which they did. */
  corpus = [];
  #target;
  #coverage;
  #random;
  #onStart;
  #onFinding;
  #allocated = 0;

  /** `onStart` hears of every input before it runs, `onFinding` of each that shows a defect. */
  constructor({ target, coverage, random, onStart, onFinding }) {
    this.#target = target;
    this.#coverage = coverage;
    this.#random = random;
    this.#onStart = onStart;
    this.#onFinding = onFinding;
  }

  /** Until `isOver(executions)`. */
  async run(seeds, isOver) {
    for (const bytes of seeds) await this.#tryInput(bytes);
    if (this.corpus.length === 0) this.corpus.push(Buffer.alloc(0));
    const words = [...this.#coverage.words, ...(this.#target.words ?? [])];
    const mutator = new Mutator(this.#random, words, this.#target.mostBytes);
    while (!isOver(this.executions)) {
      const bytes = mutator.mutate(this.#choose(), this.#random.pick(this.corpus));
      await this.#tryInput(bytes);
    }
  }

  /** The newest inputs have been changed the least so far. */
  #choose() {
    const { length } = this.corpus;
    const recent = Math.min(length, 16);
    return this.#random.below(3) === 0
      ? this.corpus[length - 1 - this.#random.below(recent)]
      : this.#random.pick(this.corpus);
  }

  async #tryInput(bytes) {
    const began = performance.now();
    if (await this.#reachesNews(bytes)) this.corpus.push(bytes);
    const seconds = (performance.now() - began) / 1000;
    if (seconds > mostSeconds) await this.#confirmSlow(bytes, seconds);
  }

  async #confirmSlow(bytes, first) {
    const began = performance.now();
    await this.#reachesNews(bytes);
    const second = (performance.now() - began) / 1000;
    if (second > mostSeconds) this.#onFinding(bytes, new Error(`takes ${first.toFixed(1)} and ${second.toFixed(1)} s`));
  }

  async #reachesNews(bytes) {
    this.executions++;
    this.#onStart(this.executions, bytes);
    this.#coverage.begin();
    try {
      const running = this.#target.run(bytes);
      if (running !== undefined) await running;
      this.#checkHost(bytes);
    } catch (error) {
      this.#onFinding(bytes, error);
    }
    return this.#coverage.end();
  }

  #checkHost(bytes) {
    if (Reflect.ownKeys(Object.prototype).length !== inherited) throw new Error('Object.prototype has changed');
    const { external_memory: outside, used_heap_size: inside } = getHeapStatistics();
    const before = this.#allocated;
    this.#allocated = outside + inside;
    const grown = this.#allocated - before;
    if (before > 0 && grown > mostBytes + mostBytesPerByte * bytes.length) {
      throw new Error(`allocates ${grown} bytes for an input of ${bytes.length}`);
    }
  }

  /** As few and as small of the inputs as reach, together with those in `named`, what all of them reach. */
  async minimise(named, most) {
    this.#coverage.forget();
    for (const bytes of named) await this.#reachesNews(bytes);
    const kept = [];
    let total = 0;
    for (const bytes of [...this.corpus].sort((a, b) => a.length - b.length)) {
      if (total + bytes.length > most || !(await this.#reachesNews(bytes))) continue;
      kept.push(bytes);
      total += bytes.length;
    }
    return kept;
  }
}
