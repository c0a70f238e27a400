/** The operations of AutoAugment and RandAugment as torchvision has them, on Pillow's images. */
import type { Sample } from '../samples/sample.js';
import { type AffineOptions, rotate, shearX, shearY, translate } from './pixels/affine.js';
import { brightness, contrast, saturation, sharpness } from './pixels/enhance.js';
import { autoContrast, equalize, invert, posterize, solarize } from './pixels/tone.js';

export interface Operation {
  /** Of so many equally spaced magnitudes, that of number `bin`; null: the operation has none. */
  magnitude: ((bin: number, bins: number, sample: Sample) => number) | null;
  /** Whether the magnitude's sign is drawn. */
  signed: boolean;
  apply(sample: Sample, magnitude: number, options: AffineOptions): Sample;
}

/** Number `bin` of `bins` from `start` to `end` in single precision, counted from the nearer end, as PyTorch does. */
export function evenly(start: number, end: number, bin: number, bins: number): number {
  const [low, high] = [Math.fround(start), Math.fround(end)];
  const step = Math.fround(Math.fround(high - low) / (bins - 1));
  return bin < bins / 2
    ? Math.fround(low + Math.fround(step * bin))
    : Math.fround(high - Math.fround(step * (bins - bin - 1)));
}

const upTo = (end: number, apply: Operation['apply']): Operation => ({
  magnitude: (bin, bins) => evenly(0, end, bin, bins),
  signed: true,
  apply,
});

/** Share of the image that it is moved by at most. */
const farthest = 150 / 331;

const plain = (apply: (sample: Sample) => Sample): Operation => ({ magnitude: null, signed: false, apply });

export const operations = {
  identity: plain((sample) => sample),
  shearX: upTo(0.3, shearX),
  shearY: upTo(0.3, shearY),
  translateX: {
    magnitude: (bin, bins, { width }) => evenly(0, farthest * width, bin, bins),
    signed: true,
    apply: (sample, by, options) => translate(sample, Math.trunc(by), 0, options),
  },
  translateY: {
    magnitude: (bin, bins, { height }) => evenly(0, farthest * height, bin, bins),
    signed: true,
    apply: (sample, by, options) => translate(sample, 0, Math.trunc(by), options),
  },
  rotate: upTo(30, rotate),
  brightness: upTo(0.9, (sample, by) => brightness(sample, 1 + by)),
  color: upTo(0.9, (sample, by) => saturation(sample, 1 + by)),
  contrast: upTo(0.9, (sample, by) => contrast(sample, 1 + by)),
  sharpness: upTo(0.9, (sample, by) => sharpness(sample, 1 + by)),
  posterize: {
    magnitude: (bin, bins) => 8 - roundHalfToEven(Math.fround(bin / Math.fround((bins - 1) / 4))),
    signed: false,
    apply: posterize,
  },
  solarize: {
    magnitude: (bin, bins) => evenly(255, 0, bin, bins),
    signed: false,
    apply: solarize,
  },
  autoContrast: plain(autoContrast),
  equalize: plain(equalize),
  invert: plain(invert),
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
