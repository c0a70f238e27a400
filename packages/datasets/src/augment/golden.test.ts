/** Every operation of the augmentation gives the pixels that torchvision gives (test/golden/make_augment.py). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { Sample } from '../samples/sample.js';
import { applyOperation, applySubPolicy } from './autoAugment.js';
import { deepVoltaireOperations } from './deepVoltaire.js';
import { type OperationName, operations } from './operations.js';
import { rotate, shearX, shearY, translate } from './pixels/affine.js';
import { brightness, contrast, saturation, sharpness } from './pixels/enhance.js';
import { hue } from './pixels/hue.js';
import type { Resampling } from './pixels/resamplers.js';
import { type PolicyName, policies, type SubPolicy } from './policies.js';
import { randAugment } from './randAugment.js';
import { drawWindow, resizedCrop } from './randomResizedCrop.js';

const file = join(import.meta.dirname, '../../../../test/golden/augment.json');
const golden = JSON.parse(readFileSync(file, 'utf8'));

const sizes = [32, 32, 32, 32, 48, 40, 17, 23, 64, 48, 5, 7, 3, 3, 2, 9, 1, 1, 56, 56];
const ranges = [0, 255, 40, 90, 0, 255, 100, 103, 0, 255];

/** Image `number` of 20, by the generator's rule. */
function image(number: number): Sample {
  const size = Math.floor(number / 2);
  const [width, height] = [sizes[2 * size] as number, sizes[2 * size + 1] as number];
  const channels = number % 2 === 0 ? 3 : 1;
  const [low, high] = [ranges[2 * (number % 5)] as number, ranges[2 * (number % 5) + 1] as number];
  const div = (a: number, b: number) => Math.floor(a / b);
  let state = number + 1;
  const pixels = new Uint8Array(width * height * channels);
  for (let i = 0; i < pixels.length; i++) {
    const [c, x, y] = [i % channels, div(i, channels) % width, div(i, channels * width)];
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const noise = div((state >>> 16) % (high - low + 1), 3);
    const slope = div(div((high - low) * (x * (c + 1) + 2 * y), width * (c + 1) + 2 * height), 2);
    const isDisc = (2 * x - width) ** 2 + (2 * y - height) ** 2 < div(width * height, c + 2);
    pixels[i] = low + noise + slope + (isDisc ? div(high - low, 6) : 0);
  }
  return { pixels, frames: 1, height, width, channels };
}

const images = Array.from({ length: 20 }, (_, i) => image(i));
const copy = (one: Sample): Sample => ({ ...one, pixels: one.pixels.slice() });
const short = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex').slice(0, 12);
const digest = ({ pixels }: Sample) => short(pixels as Uint8Array);
const together = (samples: readonly Sample[]) => short(samples.map(digest).join(''));
const ofAll = (change: (sample: Sample) => Sample) => images.map((one) => change(copy(one)));
const lower = (name: string) => (name[0] as string).toLowerCase() + name.slice(1);

/** The cases that give other pixels. */
function different<T extends { hash: string }>(cases: readonly T[], results: (one: T) => readonly Sample[]): T[] {
  expect(cases.length).toBeGreaterThan(0);
  return cases.filter((one) => together(results(one)) !== one.hash);
}

test('the images are those of the generator', () => {
  expect(images.map(digest)).toEqual(golden.images);
});

test('magnitudes are those of single precision', () => {
  const sample = { ...(images[0] as Sample), height: 224, width: 33 };
  for (const [name, values] of Object.entries(golden.magnitudes as Record<string, number[]>)) {
    const { magnitude } = operations[lower(name) as 'rotate'];
    values.forEach((value, bin) => {
      // PyTorch counts some of them in blocks as wide as the machine's vectors, and these may differ in the last digit.
      const off = Math.abs((magnitude as NonNullable<typeof magnitude>)(bin, 31, sample) - value);
      expect(off, `${name} ${bin}`).toBeLessThanOrEqual(2 ** -23 * value);
    });
  }
});

const nearest = { resampling: 'nearest', fill: 0 } as const;

test('every operation at several of 31 magnitudes', () => {
  expect(
    different(golden.operations as { name: string; bin: number; sign: 1 | -1; hash: string }[], (one) =>
      ofAll((sample) =>
        applyOperation(operations, sample, lower(one.name) as OperationName, one.bin, 31, one.sign, nearest),
      ),
    ),
  ).toEqual([]);
});

test('turned, sheared and moved, by every way of resampling', () => {
  const by = {
    ...{ rotate, shearX, shearY },
    translateX: (sample: Sample, x: number, options: typeof nearest) => translate(sample, x, 0, options),
  };
  type Case = { of: keyof typeof by; by: number; mode: Resampling; fill: number; hash: string };
  expect(
    different(golden.affine as Case[], (one) =>
      ofAll((sample) => by[one.of](sample, one.by, { resampling: one.mode, fill: one.fill } as typeof nearest)),
    ),
  ).toEqual([]);
});

test('brightness, contrast, saturation, sharpness and hue', () => {
  const by = { brightness, contrast, saturation, sharpness, hue };
  expect(
    different(golden.enhance as { name: keyof typeof by; by: number; hash: string }[], (one) =>
      ofAll((sample) => by[one.name](sample, one.by)),
    ),
  ).toEqual([]);
});

test('windows that are resized', () => {
  type Case = { mode: 'bilinear' | 'bicubic'; size: number; hash: string };
  expect(
    different(golden.resizedCrops as Case[], ({ size, mode }) =>
      ofAll((sample) => {
        const [top, left] = [Math.floor(sample.height / 4), Math.floor(sample.width / 5)];
        const height = Math.max(1, Math.floor(sample.height / 2));
        const width = Math.max(1, Math.floor((2 * sample.width) / 3));
        return resizedCrop(sample, { top, left, bottom: top + height, right: left + width }, size, mode);
      }),
    ),
  ).toEqual([]);
});

test('windows from draws, and where none fits', () => {
  for (const { width, height, ratio, area, shape, box } of golden.windows) {
    let calls = 0;
    const random = {
      unit: () => (++calls % 2 === 1 ? area : 0.5 + Math.log(shape) / Math.log(ratio) / 2),
      below: (n: number) => Math.floor((n - 1) / 2),
    };
    expect(drawWindow({ height, width }, { least: 0, most: 1, ratio }, random)).toEqual(box);
  }
});

test('RandAugment, from its draws', () => {
  type Case = { number: number; magnitude: number; draws: number[][]; hash: string };
  const spec = (one: Case) => ({ operations: one.number, magnitude: one.magnitude, ...nearest });
  expect(
    different(golden.randAugment as Case[], (one) =>
      images.map((sample, i) => {
        const draws = [...(one.draws[i] as number[])];
        const scripted = { below: () => draws.shift() } as never;
        return randAugment.apply(copy(sample), spec(one), scripted);
      }),
    ),
  ).toEqual([]);
});

describe('AutoAugment', () => {
  type Case = { policy: PolicyName; mode: Resampling; fill: number; line: number; hash: string };
  /** Signs of both magnitudes, and draws. */
  const rounds = [
    [-1, -1, 0, 0],
    [-1, 1, 0, 0],
    [1, -1, 0, 0],
    [1, 1, 0.5, 0.75],
  ] as const;
  it.each(Object.keys(policies) as PolicyName[])('%s: each line of the policy', (policy) => {
    const cases = (golden.autoAugment as Case[]).filter((one) => one.policy === policy);
    expect(
      different(cases, ({ line, mode, fill }) => {
        const pair = policies[policy][line] as SubPolicy;
        return (mode === 'nearest' ? rounds : rounds.slice(1, 2)).flatMap(([first, second, ...draws]) =>
          ofAll((sample) =>
            applySubPolicy(operations, sample, pair, draws, [first, second], { resampling: mode, fill }),
          ),
        );
      }),
    ).toEqual([]);
  });

  it("each line of the policy as DeepVoltaire's program does it", () => {
    type Case = { line: number; hash: string };
    expect(
      different(golden.deepVoltaire as Case[], ({ line }) => {
        const pair = policies.cifar10[line] as SubPolicy;
        return ([-1, 1] as const).flatMap((sign) =>
          ofAll((sample) =>
            applySubPolicy(deepVoltaireOperations, sample, pair, [0, 0], [sign, sign], {
              resampling: 'nearest',
              fill: 128,
            }),
          ),
        );
      }),
    ).toEqual([]);
  });
});
