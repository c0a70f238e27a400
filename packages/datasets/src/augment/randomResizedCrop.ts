import { fields, type RandomStream } from 'kestirme';
import type { Box } from '../images/crop.js';
import type { Filter } from '../images/filters.js';
import { resizePart } from '../images/resize.js';
import type { Sample } from '../samples/sample.js';
import { roundHalfToEven } from './operations.js';
import { exponential, logarithm } from './pixels/exactMath.js';
import { step } from './step.js';

const share = { min: 0.0001, max: 1 };

export const randomResizedCrop = step({
  name: 'random-resized-crop',
  help: 'A window of random area, shape and place, resized',
  paper: 'Szegedy et al. 2015',
  confidence: 'high',
  parity: 'torchvision, of Pillow images, pixel for pixel where the window is the same',
  options: {
    size: fields.whole({ min: 1, max: 4096, usual: 224, help: 'Height and width of the result, in pixels' }),
    least: fields.number({ ...share, usual: 0.08, help: 'Least share of the area' }),
    most: fields.number({ ...share, usual: 1, help: 'Largest share of the area' }),
    ratio: fields.number({ min: 1, max: 100, usual: 4 / 3, help: 'Width over height is from 1 / this to this' }),
    filter: fields.choice({
      choices: ['bilinear', 'bicubic', 'nearest'],
      usual: 'bilinear',
      help: 'How the window is resized; antialiased',
    }),
  },
  apply(sample, { size, filter, ...options }, random) {
    return resizedCrop(sample, drawWindow(sample, options, random), size, filter);
  },
});

/** What lies in the box, as an image of its own, resized to a square. */
export function resizedCrop(sample: Sample, box: Box, size: number, filter: Filter): Sample {
  return resizePart(sample, box, { height: size, width: size, filter });
}

interface WindowOptions {
  least: number;
  most: number;
  ratio: number;
}

/** Ten attempts, then the largest window in the middle that has an allowed shape. */
export function drawWindow(
  { height, width }: { height: number; width: number },
  { least, most, ratio }: WindowOptions,
  random: Pick<RandomStream, 'unit' | 'below'>,
): Box {
  const spread = logarithm(ratio);
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * (least + (most - least) * random.unit());
    const shape = exponential(spread * (2 * random.unit() - 1));
    const w = roundHalfToEven(Math.sqrt(area * shape));
    const h = roundHalfToEven(Math.sqrt(area / shape));
    if (w < 1 || w > width || h < 1 || h > height) continue;
    const top = random.below(height - h + 1);
    return boxAt(top, random.below(width - w + 1), h, w);
  }
  const h = Math.min(height, roundHalfToEven(width * ratio));
  const w = Math.min(width, roundHalfToEven(height * ratio));
  return boxAt(Math.floor((height - h) / 2), Math.floor((width - w) / 2), h, w);
}

const boxAt = (top: number, left: number, height: number, width: number): Box => {
  return { top, left, bottom: top + height, right: left + width };
};
