import { describe, expect, it } from 'vitest';
import { philox4x32, purpose, RandomStream } from './philox.js';

/** Stands in for words that the test chooses, to reach the rejection branch. */
class Scripted extends RandomStream {
  readonly #words: number[];
  constructor(words: number[]) {
    super(0, purpose.order);
    this.#words = words;
  }
  override uint32(): number {
    const word = this.#words.shift();
    if (word === undefined) throw new Error('no words left');
    return word;
  }
}

describe('philox4x32', () => {
  // The three philox4x32 10 lines of Random123's kat_vectors: counter, key, output.
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('agrees with the known answer for counter %j', (counter, key, expected) => {
    const out = new Uint32Array(4);
    const [c0, c1, c2, c3] = counter as [number, number, number, number];
    const [k0, k1] = key as [number, number];
    philox4x32(c0, c1, c2, c3, k0, k1, out);
    expect([...out]).toEqual(expected);
  });
});

describe('RandomStream', () => {
  it('reads blocks 0, 1, ... of counter (block, place) under key (seed, purpose)', () => {
    const stream = new RandomStream(7, purpose.augment, 3, 4, 5);
    const words = Array.from({ length: 8 }, () => stream.uint32());
    const block0 = new Uint32Array(4);
    const block1 = new Uint32Array(4);
    philox4x32(0, 3, 4, 5, 7, 2, block0);
    philox4x32(1, 3, 4, 5, 7, 2, block1);
    expect(words).toEqual([...block0, ...block1]);
  });

  it('draws again from the top, where n does not divide 2^32', () => {
    // 2^32 = 3 * 1431655765 + 1: only the word 4294967295 is refused.
    expect(new Scripted([0xffffffff, 0xfffffffe]).below(3)).toBe(0xfffffffe % 3);
    expect(new Scripted([0xffffffff]).below(4)).toBe(3);
    expect(new Scripted([0xffffffff]).below(2 ** 32)).toBe(0xffffffff);
    expect(new Scripted([5]).below(1)).toBe(0);
  });

  it('stays within its range and reaches all of it', () => {
    const stream = new RandomStream(1, purpose.augment);
    const seen = new Array<number>(9).fill(0);
    for (let i = 0; i < 9000; i++) {
      const value = stream.below(9);
      seen[value] = (seen[value] ?? 0) + 1;
    }
    expect(seen).toHaveLength(9);
    // Mean 1000, standard deviation about 30.
    for (const count of seen) expect(Math.abs(count - 1000)).toBeLessThan(150);
    for (let i = 0; i < 1000; i++) {
      const unit = stream.unit();
      expect(unit >= 0 && unit < 1 && Math.fround(unit) === unit).toBe(true);
    }
  });

  it('permutes every element once, differently by epoch and equally by seed', () => {
    const first = new RandomStream(0, purpose.order, 0).permutation(100);
    const again = new RandomStream(0, purpose.order, 0).permutation(100);
    const next = new RandomStream(0, purpose.order, 1).permutation(100);
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...again]).toEqual([...first]);
    expect([...next]).not.toEqual([...first]);
    expect([...new RandomStream(0, purpose.order).permutation(0)]).toEqual([]);
  });

  it('refuses seeds and ranges that are no 32-bit words', () => {
    expect(() => new RandomStream(-1, purpose.order)).toThrow('seed must be an integer from 0 to 4294967295, got -1');
    expect(() => new RandomStream(0, purpose.order, 1.5)).toThrow('place 0');
    expect(() => new RandomStream(0, purpose.order).below(0)).toThrow('got 0');
  });
});
