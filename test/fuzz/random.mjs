/** Small and fast (sfc32 of PractRand), so that a seed repeats a run. */
export class Random {
  #a;
  #b;
  #c;
  #counter = 1;

  constructor(seed) {
    this.#a = seed | 0;
    this.#b = (seed / 2 ** 32) | 0;
    this.#c = 0x9e3779b9 | 0;
    for (let i = 0; i < 16; i++) this.next();
  }

  /** 32 bits. */
  next() {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result;
    return result >>> 0;
  }

  /** Whole, from 0 to below `limit`. */
  below(limit) {
    return limit <= 1 ? 0 : this.next() % limit;
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}
