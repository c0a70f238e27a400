/** Steps of whole batches: torchvision's values, and what the loader makes of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Batch } from 'kestirme';
import { purpose, RandomStream } from 'kestirme';
import { expect, it, test } from 'vitest';
import { collect, withLoader } from '../loader/loader.test.support.js';
import { drawBox, replaceBox } from './cutmix.js';
import { requireSteps } from './index.js';
import { drawBeta } from './mix.js';
import { addOneBefore } from './mixup.js';

const file = join(import.meta.dirname, '../../../../test/golden/augment.json');
interface Case {
  kind: string;
  own: number;
  x: number;
  y: number;
  images: number[];
  targets: number[][];
}
const mixed: Case[] = JSON.parse(readFileSync(file, 'utf8')).mixed;

it.each(mixed)('$kind as torchvision has it, of $own', ({ kind, own, x, y, images, targets }) => {
  const shape = { size: 3, frames: 1, height: 5, width: 7, channels: 1 };
  const pixels = Float32Array.from({ length: 105 }, (_, n) => ((n * 7919) % 1009) / 1009);
  const batch = { ...shape, pixels };
  const places = [x, y];
  const share =
    kind === 'mixup'
      ? addOneBefore(batch, own)
      : replaceBox(batch, drawBox(batch, 1 - own, { below: () => places.shift() as number }));
  expect([...pixels]).toEqual(images);
  [2, 0, 1].forEach((label, i, labels) => {
    const target = [0, 0, 0];
    target[label] = 1 - share;
    target[labels.at(i - 1) as number] = share;
    target.forEach((want, k) => {
      expect(targets[i]?.[k]).toBeCloseTo(want, 6);
    });
  });
});

test('shares have the mean and the spread of the beta distribution', () => {
  for (const alpha of [0.2, 1, 2.5]) {
    const random = new RandomStream(1, purpose.mix);
    const draws = Array.from({ length: 4000 }, () => drawBeta(alpha, random));
    const mean = draws.reduce((sum, one) => sum + one, 0) / draws.length;
    const variance = draws.reduce((sum, one) => sum + (one - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(variance * 4 * (2 * alpha + 1), `alpha ${alpha}`).toBeGreaterThan(0.93);
    expect(variance * 4 * (2 * alpha + 1)).toBeLessThan(1.07);
  }
});

test('a batch has the labels of both images, on threads as well, and test batches have none', async () => {
  const augment = requireSteps('augment', [
    { kind: 'flip' },
    { kind: 'mixup', alpha: 0.5 } as never,
    { kind: 'cutmix' },
  ]);
  const plain = requireSteps('augment', [{ kind: 'flip' }]);
  const mixes = (workers: number) =>
    withLoader({ augment, workers }, async (loader) => {
      const all = [];
      for await (const { mix, images, labels } of loader.trainBatches(3) as AsyncIterable<Batch>) {
        all.push({
          images: [...images],
          labels: [...labels],
          others: [...(mix?.labels ?? [])],
          share: [...(mix?.share ?? [])],
        });
      }
      for await (const batch of loader.testBatches()) expect(batch.mix).toBeUndefined();
      return all;
    });
  const inline = await mixes(0);
  expect(await mixes(2)).toEqual(inline);
  const unmixed = await withLoader({ augment: plain }, (loader) => collect(loader.trainBatches(3)));
  inline.forEach(({ images, labels, others, share }, k) => {
    expect(labels).toEqual(unmixed[k]?.labels);
    expect(others).toEqual(labels.map((_, i) => labels.at(i - 1)));
    expect(new Set(share).size).toBe(1);
    const changed = images.some((value, i) => value !== unmixed[k]?.images[i]);
    expect(changed).toBe((share[0] as number) > 0);
  });
  expect(new Set(inline.map(({ share }) => share[0])).size).toBeGreaterThan(4);
});

test('what changes samples stands before what mixes them', () => {
  expect(() => requireSteps('augment', [{ kind: 'mixup' }, { kind: 'flip' }])).toThrow(
    "`augment[1]`: 'flip' changes a sample, and has to stand before 'mixup'",
  );
});
