// Which blocks of the instrumented files an input reached, and how often.
import * as nodeModule from 'node:module';
import { initialize, load } from './hooks.mjs';

/** More than all files of any target have. */
const mostCounters = 1 << 15;

export class Coverage {
  #counters = new Uint32Array(mostCounters);
  /** Per counter, a bit for each order of magnitude that has been seen. */
  #seen = new Uint16Array(mostCounters);
  #used = 0;
  /** Strings of the instrumented files. */
  words = new Set();

  /** Instruments files, by URL, when they are imported from now on in this thread; see hooks.mjs. */
  register(urls, replaced = {}) {
    globalThis.__fuzzCounters = (_key, count, words) => {
      for (const word of words) this.words.add(word);
      const begin = this.#used;
      this.#used += count;
      if (this.#used > mostCounters) throw new Error(`more than ${mostCounters} blocks`);
      return this.#counters.subarray(begin, this.#used);
    };
    if (nodeModule.registerHooks) {
      initialize({ urls, replaced });
      nodeModule.registerHooks({ load });
    } else {
      nodeModule.register('./hooks.mjs', import.meta.url, { data: { urls, replaced } });
    }
  }

  get blocks() {
    return this.#used;
  }

  get covered() {
    return this.#seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0);
  }

  /** Forgets what was seen, to find out what a smaller set of inputs reaches. */
  forget() {
    this.#seen.fill(0);
  }

  begin() {
    this.#counters.fill(0, 0, this.#used);
  }

  /** Whether the input since `begin` reached something new, or something old another order of magnitude more often. */
  end() {
    let news = false;
    for (let i = 0; i < this.#used; i++) {
      const times = this.#counters[i];
      if (times === 0) continue;
      // 1, 2, 3, 4 to 7, 8 to 15, ... as AFL has them.
      const bit = times < 4 ? 1 << (times - 1) : 1 << Math.min(15, 32 - Math.clz32(times));
      if (this.#seen[i] & bit) continue;
      this.#seen[i] |= bit;
      news = true;
    }
    return news;
  }
}
