/** An image turned, sheared or moved, with the arithmetic of Pillow's Image.transform. */
import { emptyLike, type Sample } from '../../samples/sample.js';
import { sineAndCosine } from './exactMath.js';
import { numbersOfFrame } from './frames.js';
import { type Matrix, type Resampling, resamplers } from './resamplers.js';

export interface AffineOptions {
  resampling: Resampling;
  /** The number of what comes from outside, in every channel. */
  fill: number;
}

/** Another sample; each frame alike. */
export function affine(sample: Sample, matrix: Matrix, { resampling, fill }: AffineOptions): Sample {
  const out = emptyLike(sample, sample);
  if (fill !== 0) out.pixels.fill(fill);
  const size = numbersOfFrame(sample);
  const resample = resamplers[resampling];
  for (let frame = 0; frame < sample.frames; frame++) {
    const from = sample.pixels.subarray(frame * size, (frame + 1) * size);
    resample({ ...sample, pixels: from }, matrix, out.pixels.subarray(frame * size, (frame + 1) * size));
  }
  return out;
}

/** Counter-clockwise about the middle, as Image.rotate. */
export function rotate(sample: Sample, degrees: number, options: AffineOptions): Sample {
  // Of an angle below 0, Pillow takes the rest of the turn, whose sine may differ in its last digit.
  const turn = ((degrees % 360) + 360) % 360;
  if (turn === 0) return sample;
  const [x, y] = [sample.width / 2, sample.height / 2];
  const [sine, cosine] = sineAndCosine(-turn * (Math.PI / 180)).map(rounded) as [number, number];
  const [c, f] = [cosine * -x + sine * -y + x, -sine * -x + cosine * -y + y];
  return affine(sample, [cosine, sine, c, -sine, cosine, f], options);
}

/** Row y moves by `slope` times y to the left. */
export const shearX = (sample: Sample, slope: number, options: AffineOptions): Sample =>
  affine(sample, [1, slope, 0, 0, 1, 0], options);

/** Column x moves by `slope` times x upwards. */
export const shearY = (sample: Sample, slope: number, options: AffineOptions): Sample =>
  affine(sample, [1, 0, 0, slope, 1, 0], options);

/** By whole pixels or parts of them, to the right and down. */
export const translate = (sample: Sample, x: number, y: number, options: AffineOptions): Sample =>
  affine(sample, [1, 0, -x, 0, 1, -y], options);

/** As Pillow rounds sines, so that those of right angles are 0 and 1. */
const rounded = (value: number) => Number(value.toFixed(15));
