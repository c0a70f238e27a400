/** What the steps draw, and what they do with it. */
import { purpose, RandomStream } from 'kestirme';
import { describe, expect, it, test } from 'vitest';
import { createLoader } from '../loader/loader.js';
import { tiny } from '../loader/loader.test.support.js';
import type { Sample } from '../samples/sample.js';
import { applySteps, mixesOf, requireSteps, type StepSpec, steps } from './index.js';

const random = (position: number) => new RandomStream(3, purpose.augment, 1, position);

function sample(changes: Partial<Omit<Sample, 'pixels'>> = {}): Sample {
  const shape = { frames: 1, height: 12, width: 10, channels: 3, ...changes };
  const length = shape.frames * shape.height * shape.width * shape.channels;
  return { ...shape, pixels: Uint8Array.from({ length }, (_, i) => 1 + ((i * 37) % 251)) };
}

const small: Record<string, object> = {
  'random-resized-crop': { size: 9 },
  'resize-shorter': { side: 7 },
  'centre-crop': { height: 8, width: 8 },
};
/** Steps that prepare samples, and leave nothing to chance. */
const fixed = ['resize-shorter', 'centre-crop'];
const named = steps.map(({ name }) => ({ kind: name, ...small[name] }));
const usual = requireSteps('augment', named as StepSpec[]).filter((spec) => !mixesOf([spec]).includes(spec));

describe.each(usual)('$kind', (spec) => {
  it('changes a sample by its stream alone, and samples differently', () => {
    const of = (position: number) => [...applySteps([spec], sample(), random(position)).pixels];
    const results = Array.from({ length: 30 }, (_, position) => of(position));
    expect(results).toEqual(Array.from({ length: 30 }, (_, position) => of(position)));
    const different = new Set(results.map(String)).size;
    if (fixed.includes(spec.kind)) expect(different).toBe(1);
    else expect(different).toBeGreaterThan(1);
  });

  it('changes all frames alike', () => {
    const one = sample();
    const three = { ...one, frames: 3, pixels: new Uint8Array(3 * one.pixels.length) };
    for (const frame of [0, 1, 2]) three.pixels.set(one.pixels, frame * one.pixels.length);
    const changed = applySteps([spec], three, random(5)).pixels;
    const expected = [...applySteps([spec], sample(), random(5)).pixels];
    expect([...changed]).toEqual([...expected, ...expected, ...expected]);
  });
});

test('cutout fills one square, cut off at the edge', () => {
  for (let position = 0; position < 50; position++) {
    const [before, after] = [
      sample(),
      applySteps([{ kind: 'cutout', holes: 1, length: 4, fill: 0 }], sample(), random(position)),
    ];
    const holes = Array.from({ length: 120 }, (_, i) => i).filter((i) => after.pixels[3 * i] === 0);
    const rows = holes.map((i) => Math.floor(i / 10));
    const columns = holes.map((i) => i % 10);
    const [height, width] = [rows, columns].map((all) => 1 + Math.max(...all) - Math.min(...all)) as [number, number];
    expect(holes.length).toBe(height * width);
    expect(height <= 4 && width <= 4 && height >= 2 && width >= 2).toBe(true);
    const rest = [...after.pixels].filter((_, i) => !holes.includes(Math.floor(i / 3)));
    expect(rest).toEqual([...before.pixels].filter((_, i) => !holes.includes(Math.floor(i / 3))));
  }
});

test('what is not an image is refused by steps that change images', () => {
  const augment = [{ kind: 'flip' }, { kind: 'randaugment' }] as never;
  expect(() => createLoader(tiny(), { batchSize: 3, seed: 0, augment })).toThrow(
    "`augment[1]`: 'randaugment' changes images, bytes of 1 or 3 channels; these samples are bytes of 2 channels",
  );
});

test('an option that has to be whole is', () => {
  expect(() => requireSteps('augment', [{ kind: 'cutout', length: 1.5 } as never])).toThrow(
    '`augment[0].length` must be a whole number from 1 to 4096, got 1.5',
  );
});
