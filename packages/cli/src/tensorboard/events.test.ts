import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.js';
import { type Event, eventRecord } from './events.js';
import { gradientHistogram } from './gradientHistogram.js';

const golden = join(import.meta.dirname, '../../test-data/tensorboard/events.tfevents');

/** As make_events.py has them. */
const events: Event[] = [
  { seconds: 1700000000.25, fileVersion: 'brain.Event:2' },
  { seconds: 1700000000.5, step: 300, start: true },
  {
    seconds: 1700000001,
    step: 0,
    values: [
      { tag: 'loss', scalar: 2.345678 },
      { tag: 'zero', scalar: 0 },
    ],
  },
  { seconds: 1700000002, step: 5_000_000_000, values: [{ tag: 'größe', scalar: -1e-30 }] },
  {
    seconds: 1700000003,
    step: 128,
    values: [
      {
        tag: 'gradient',
        histogram: {
          ...{ min: -0.5, max: 2, num: 7, sum: 3.25, sumSquares: 4.5 },
          ...{ limits: [-0.25, 0, 1, 2], counts: [1, 0, 4, 2] },
        },
      },
    ],
  },
];

it("the bytes are those of TensorBoard's own writer", () => {
  expect(Buffer.concat(events.map(eventRecord)).toString('hex')).toBe(readFileSync(golden).toString('hex'));
});

it("CRC-32C of RFC 3720's examples", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

describe('gradientHistogram', () => {
  const stats = (positive: number[], negative: number[], zeroShare = 0, count = 8) => ({
    ...{ norm: 1, zeroShare, count, histogram: { minExponent: -1, positive, negative } },
  });

  it('has the bins in ascending order, zeros between', () => {
    // Entries: two in (-2, -1], one in (-1, -0.5], four zeros, one in [0.5, 1).
    const made = gradientHistogram(stats([1, 0], [1, 2], 0.5));
    expect(made).toEqual({
      ...{ min: -2, max: 1, num: 8, sum: 2 * -1.5 - 0.75 + 0.75, sumSquares: 2 * 2.25 + 2 * 0.5625 },
      ...{ limits: [-1, -0.5, 0.5, 1], counts: [2, 1, 4, 1] },
    });
  });

  it('leaves empty ends out, but one bucket that shows where the first begins', () => {
    expect(gradientHistogram(stats([0, 3], [0, 0]))).toMatchObject({ min: 1, max: 2, limits: [1, 2], counts: [0, 3] });
  });

  it('of zeros alone, and of nothing', () => {
    expect(gradientHistogram(stats([0, 0], [0, 0], 1))).toMatchObject({ min: 0, max: 0, sum: 0, num: 8 });
    expect(gradientHistogram(stats([0, 0], [0, 0], 0))).toBeNull();
  });
});
