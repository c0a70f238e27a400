/** Steps for frames of events, as torch moves tensors: test/golden/make_frames.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { purpose, RandomStream } from 'kestirme';
import { expect, it } from 'vitest';
import type { Sample } from '../samples/sample.js';
import { applySteps } from './index.js';
import { rotate } from './pixels/affine.js';
import { rolled } from './roll.js';
import { sheared } from './shear.js';

const { moved } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../test/golden/frames.json'), 'utf8'),
) as { moved: { height: number; width: number; values: number[]; cases: Case[] } };

interface Case {
  step: 'roll' | 'rotate' | 'shear';
  by: [number, number];
  values: number[];
}

const frames = (): Sample => ({
  ...{ height: moved.height, width: moved.width, frames: 2, channels: 2 },
  pixels: Float32Array.from(moved.values),
});
const nearest = { resampling: 'nearest', fill: 0 } as const;

const change = {
  roll: (by: [number, number]) => rolled(frames(), ...by),
  rotate: ([degrees]: [number, number]) => rotate(frames(), degrees, nearest),
  shear: ([degrees]: [number, number]) => sheared(frames(), degrees, nearest),
};

it.each(moved.cases)('$step by $by', ({ step, by, values }) => {
  const made = change[step](by).pixels;
  const different = values.filter((value, i) => value !== made[i]).length;
  // torchvision's places have 32 bits: where two pixels are all but equally near, it may take the other.
  expect(different).toBeLessThanOrEqual(step === 'rotate' ? values.length / 200 : 0);
});

it('nda does one of the three, each as often, and cuts out where it is told to', () => {
  const before = frames();
  const many = (cutout: number) =>
    Array.from({ length: 400 }, (_, position) => {
      const random = new RandomStream(0, purpose.augment, 0, position);
      return applySteps([{ kind: 'nda', roll: 5, rotate: 30, shear: 30, cutout }], frames(), random).pixels;
    });
  const sum = (pixels: Sample['pixels']) => Array.from(pixels).reduce((all, value) => all + value, 0);
  // Rolling alone keeps every count.
  const kept = (all: Sample['pixels'][]) => all.filter((pixels) => sum(pixels) === sum(before.pixels)).length;
  expect(Math.abs(kept(many(0)) - 133)).toBeLessThan(30);
  expect(Math.abs(kept(many(8)) - 100)).toBeLessThan(30);
});
