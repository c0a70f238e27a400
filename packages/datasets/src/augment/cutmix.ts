import type { RandomStream } from 'kestirme';
import { drawBeta, type MixedBatch, mixStep, withOneBefore } from './mix.js';
import { mixFields } from './mixFields.js';

export const cutmix = mixStep({
  name: 'cutmix',
  help: 'Replaces a box of each image by that of another one of the batch, and counts its label by the share of the area',
  paper: 'Yun et al. 2019',
  confidence: 'high',
  parity: 'torchvision v2 CutMix of the same box',
  options: mixFields,
  mix(batch, { alpha, probability }, random) {
    if (random.unit() >= probability) return 0;
    return replaceBox(batch, drawBox(batch, 1 - drawBeta(alpha, random), random));
  },
});

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Of such a share of the area, about a place that is drawn, as far as it lies within the image. */
export function drawBox(
  { height, width }: Pick<MixedBatch, 'height' | 'width'>,
  share: number,
  random: Pick<RandomStream, 'below'>,
): Box {
  const [x, y] = [random.below(width), random.below(height)];
  const half = 0.5 * Math.sqrt(share);
  const [across, down] = [Math.trunc(half * width), Math.trunc(half * height)];
  return {
    left: Math.max(0, x - across),
    top: Math.max(0, y - down),
    right: Math.min(width, x + across),
    bottom: Math.min(height, y + down),
  };
}

/** The box's share of the area. */
export function replaceBox(batch: MixedBatch, { left, top, right, bottom }: Box): number {
  const { frames, height, width, channels } = batch;
  withOneBefore(batch, (image, other) => {
    for (let frame = 0; frame < frames; frame++) {
      for (let y = top; y < bottom; y++) {
        const row = (frame * height + y) * width;
        const [start, end] = [(row + left) * channels, (row + right) * channels];
        image.set(other.subarray(start, end), start);
      }
    }
  });
  return ((right - left) * (bottom - top)) / (width * height);
}
