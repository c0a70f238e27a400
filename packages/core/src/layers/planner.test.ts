import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/philox.js';
import { type Buffer, Planner, type Span } from './planner.js';

const random = new RandomStream(1, 5);

/** Buffers of random sizes and lives. */
function plan(count: number): { buffers: Buffer[]; total: number } {
  const planner = new Planner();
  planner.permanent('weights', 1000);
  const span = (): Span => {
    const first = random.below(40);
    return random.below(5) === 0 ? null : [first, first + random.below(20)];
  };
  const buffers = Array.from({ length: count }, (_, i) =>
    planner.buffer(`${i}`, 1 + random.below(5000), span(), span()),
  );
  const { training, evaluation } = planner.place();
  return { buffers, total: Math.max(training, evaluation) };
}

const meet = (a: Span, b: Span) => a !== null && b !== null && a[0] <= b[1] && b[0] <= a[1];

describe('the planner', () => {
  it('gives buffers that live at the same time different places, inside what it asks for', () => {
    for (let round = 0; round < 20; round++) {
      const { buffers, total } = plan(60);
      for (const mode of ['training', 'evaluation'] as const) {
        const used = buffers.filter((buffer) => buffer.spans[mode] !== null);
        for (const a of used) {
          expect(a.offsets[mode]).toBeGreaterThanOrEqual(1024);
          expect(a.offsets[mode] % 64).toBe(0);
          expect(a.offsets[mode] + a.bytes).toBeLessThanOrEqual(total);
          const over = used.filter(
            (b) =>
              b !== a &&
              meet(a.spans[mode], b.spans[mode]) &&
              a.offsets[mode] < b.offsets[mode] + b.bytes &&
              b.offsets[mode] < a.offsets[mode] + a.bytes,
          );
          expect(over.map(({ name }) => name)).toEqual([]);
        }
      }
    }
  });

  it('lets buffers share a place when their times do not meet', () => {
    const planner = new Planner();
    const [first, second] = [planner.buffer('a', 640, [0, 3], null), planner.buffer('b', 640, [4, 5], null)];
    const between = planner.betweenSteps('c', 320);
    expect(planner.place().training).toBe(640);
    expect([first, second, between].map(({ offsets }) => offsets.training)).toEqual([0, 0, 0]);
  });
});
