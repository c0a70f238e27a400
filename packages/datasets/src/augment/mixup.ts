import { drawBeta, type MixedBatch, mixStep, withOneBefore } from './mix.js';
import { mixFields } from './mixFields.js';

export const mixup = mixStep({
  name: 'mixup',
  help: 'Adds a share of another image of the batch to each, and counts its label by that share',
  paper: 'Zhang et al. 2018',
  confidence: 'high',
  parity: 'torchvision v2 MixUp of the same share; bytes are rounded, which it leaves as floats',
  options: mixFields,
  mix(batch, { alpha, probability }, random) {
    if (random.unit() >= probability) return 0;
    return addOneBefore(batch, drawBeta(alpha, random));
  },
});

/** Each sample becomes its share `own` of itself and the rest of the one before it, which is given; floats by PyTorch's roundings. */
export function addOneBefore(batch: MixedBatch, own: number): number {
  const rest = 1 - own;
  const sum =
    batch.pixels instanceof Uint8Array
      ? (a: number, b: number) => Math.round(a * own + b * rest)
      : (a: number, b: number) => Math.fround(a * Math.fround(own)) + Math.fround(b * Math.fround(rest));
  withOneBefore(batch, (image, other) => {
    for (let i = 0; i < image.length; i++) image[i] = sum(image[i] as number, other[i] as number);
  });
  return rest;
}
