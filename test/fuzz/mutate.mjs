// Changes of an input, several at a time: bits, numbers, pieces of it and of others, words of the format.

const numbers = [
  0,
  1,
  2,
  3,
  7,
  8,
  16,
  127,
  128,
  255,
  256,
  511,
  512,
  32767,
  65535,
  65536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];
const numerals = [
  '0',
  '-0',
  '-1',
  '1',
  '1e400',
  '-1e400',
  '1e-400',
  '0.5',
  '1e9',
  '4294967296',
  '9007199254740993',
].concat(['NaN', 'null', '"1"', '[]', '{}', 'true', '007', '1.0', '18446744073709551616']);
const isWordByte = (byte) => (byte >= 48 && byte <= 57) || ((byte | 32) - 97) >>> 0 < 26 || byte === 46 || byte === 45;

export class Mutator {
  #random;
  #words;
  #mostBytes;

  /** `words`: byte strings that the format knows. */
  constructor(random, words, mostBytes) {
    this.#random = random;
    this.#words = [...words, ...numerals].map((word) => Buffer.from(word));
    this.#mostBytes = mostBytes;
  }

  /** A changed copy of `bytes`; `other` lends pieces. */
  mutate(bytes, other) {
    let changed = Buffer.from(bytes);
    let times = 1;
    while (times < 16 && this.#random.below(2) === 0) times++;
    for (let i = 0; i < times; i++) changed = this.#step(changed, other);
    return changed.length > this.#mostBytes ? changed.subarray(0, this.#mostBytes) : changed;
  }

  #step(bytes, other) {
    const random = this.#random;
    const at = random.below(bytes.length);
    switch (random.below(bytes.length === 0 ? 2 : 12)) {
      case 0:
        return insert(bytes, random.below(bytes.length + 1), random.pick(this.#words));
      case 1:
        return insert(bytes, random.below(bytes.length + 1), this.#piece(other));
      case 2:
        bytes[at] ^= 1 << random.below(8);
        return bytes;
      case 3:
        bytes[at] = random.below(256);
        return bytes;
      case 4:
        return this.#writeNumber(bytes, at);
      case 5:
        return cut(bytes, at, Math.min(bytes.length, at + 1 + random.below(1 << random.below(10))));
      case 6:
        return insert(bytes, at, this.#piece(bytes));
      case 7:
        bytes.set(this.#piece(other).subarray(0, bytes.length - at), at);
        return bytes;
      case 8:
        bytes.set(random.pick(this.#words).subarray(0, bytes.length - at), at);
        return bytes;
      case 9:
      case 10:
        return this.#replaceWord(bytes, at);
      default:
        return random.below(4) === 0 ? bytes.subarray(0, at) : insert(bytes, at, Buffer.of(random.below(256)));
    }
  }

  #piece(bytes) {
    const from = this.#random.below(bytes.length);
    return Buffer.from(bytes.subarray(from, from + 1 + this.#random.below(1 << this.#random.below(10))));
  }

  /** A telling number of 1 to 8 bytes, either end first, or the one that stands there and a little. */
  #writeNumber(bytes, at) {
    const random = this.#random;
    const size = Math.min(1 << random.below(4), bytes.length - at);
    if (size !== 1 && size !== 2 && size !== 4) return bytes.fill(random.pick([0, 1, 127, 128, 255]), at, at + size);
    const wide = Math.min(size, 4);
    const big = random.below(2) === 0;
    const old = big ? bytes.readUIntBE(at, wide) : bytes.readUIntLE(at, wide);
    const value = random.below(2) === 0 ? random.pick(numbers) : old + random.below(33) - 16;
    const kept = ((value % 256 ** wide) + 256 ** wide) % 256 ** wide;
    if (big) bytes.writeUIntBE(kept, at, wide);
    else bytes.writeUIntLE(kept, at, wide);
    return bytes;
  }

  /** The word or number around `at`, as text has them, becomes another. */
  #replaceWord(bytes, at) {
    let from = at;
    let to = at;
    while (from > 0 && at - from < 100 && isWordByte(bytes[from - 1])) from--;
    while (to < bytes.length && to - at < 100 && isWordByte(bytes[to])) to++;
    return insert(cut(bytes, from, to), from, this.#random.pick(this.#words));
  }
}

function insert(bytes, at, piece) {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

function cut(bytes, from, to) {
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
}
