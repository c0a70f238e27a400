import { describe, expect, it } from 'vitest';
import { MomentsOfBytes, momentsOf } from './moments.js';

/** [1000, 2]: some bytes, and 9. */
const images = Uint8Array.from({ length: 2000 }, (_, i) => (i % 2 === 1 ? 9 : (i * i) % 251));

describe('mean and deviation of bytes', () => {
  it('are those of their definition', () => {
    const values = [...images].filter((_, i) => i % 2 === 0).map((byte) => byte / 255);
    const mean = values.reduce((sum, one) => sum + one, 0) / 1000;
    const { mean: found, std } = momentsOf(images, 2);
    expect(found[0]).toBeCloseTo(mean, 13);
    expect(std[0]).toBeCloseTo(Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 1000), 13);
  });

  it('are the same by any pieces, to the last bit', () => {
    const moments = new MomentsOfBytes(2);
    for (const [from, to] of [
      [600, 2000],
      [0, 2],
      [2, 600],
    ]) {
      moments.add(images.subarray(from, to));
    }
    expect(moments.finish()).toEqual(momentsOf(images, 2));
  });

  // By sums of squares in floats, that of 10 million bytes 103 is 4e-9.
  it.each([1, 1000, 10_000_000])('of a channel that is the same everywhere are its value and 1: %i bytes', (count) => {
    expect(momentsOf(new Uint8Array(count).fill(103), 1)).toEqual({ mean: [103 / 255], std: [1] });
  });
});

it('floats stay as they are', () => {
  expect(momentsOf(new Float32Array([1, 2, 3, 4]), 2)).toEqual({ mean: [0, 0], std: [1, 1] });
});
