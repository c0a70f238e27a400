import { describe, expect, it } from 'vitest';
import { type SumOfPlanes, sumOfPlanes } from './sumOfPlanes.js';
import { fixedPlane, type Plane, type Value } from './value.js';

const value = (planes: Plane[], counts?: SumOfPlanes['counts']): Value => {
  const sizes = { kind: 'spikes', steps: 1, height: 1, width: 1, trueChannels: 4, channels: 4 } as const;
  const none = { active: null, gradient: null, wantsGradient: false, inject: null };
  return { name: 'some', ...sizes, ...none, planes, ...(counts === undefined ? {} : { counts }) };
};
const spikes = () => value([fixedPlane(1)]);
const ternary = () => value([fixedPlane(1), fixedPlane(-1)]);

/** Adds one value after the other. */
function total(values: Value[]): Value {
  return values.reduce((x, y) => {
    const sum = sumOfPlanes(x, y) as SumOfPlanes;
    all.push(...sum.steps);
    return value(sum.planes, sum.counts);
  });
}
let all: SumOfPlanes['steps'] = [];

describe('a sum of spikes', () => {
  it.each([
    [2, [1, 2]],
    [3, [1, 2]],
    [4, [1, 2, 4]],
    [7, [1, 2, 4]],
    [19, [1, 2, 4, 8, 16]],
  ])('of %i layers has planes that count %j', (layers, weights) => {
    expect(total(Array.from({ length: layers }, spikes)).planes.map(({ fixed }) => fixed)).toEqual(weights);
    const signed = total(Array.from({ length: layers }, ternary)).planes.map(({ fixed }) => fixed);
    expect(signed).toEqual([...weights, ...weights.map((weight) => -weight)]);
  });

  it.each([2, 3, 4, 5, 6, 7, 8, 13])('of %i layers is right, whoever fires', (layers) => {
    const leaves = Array.from({ length: layers }, (_, i) => (i % 3 === 1 ? ternary() : spikes()));
    all = [];
    const sum = total(leaves);
    for (let pattern = 0; pattern < 3 ** Math.min(layers, 6); pattern++) {
      const bits = new Map<Plane, number>();
      let expected = 0;
      leaves.forEach(({ planes }, i) => {
        // 0: silent, else one of the planes.
        const choice = Math.floor(pattern / 3 ** (i % 6)) % 3;
        planes.forEach((plane, p) => {
          const fires = choice === p + 1 ? 1 : 0;
          bits.set(plane, fires);
          expected += fires * plane.weight();
        });
      });
      const bit = (plane: Plane | null) => (plane === null ? 0 : (bits.get(plane) as number));
      for (const { a, b, carry, sum: digit, carried } of all) {
        const added = bit(a) + bit(b) + bit(carry);
        bits.set(digit, added % 2);
        if (carried === null) expect(added).toBeLessThan(2);
        else bits.set(carried, added >> 1);
      }
      expect(sum.planes.reduce((x, plane) => x + bit(plane) * plane.weight(), 0)).toBe(expected);
    }
  });

  it('is no binary number where a weight is learned', () => {
    const learned = value([{ ...fixedPlane(1), fixed: null }]);
    expect(sumOfPlanes(spikes(), learned)).toBeNull();
    expect(sumOfPlanes(learned, spikes())).toBeNull();
    expect(sumOfPlanes(value([fixedPlane(1), fixedPlane(1)]), spikes())).toBeNull();
  });
});
