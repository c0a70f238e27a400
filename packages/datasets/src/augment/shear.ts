import { fields } from 'kestirme';
import type { Sample } from '../samples/sample.js';
import { affineFields } from './affineFields.js';
import { type AffineOptions, affine } from './pixels/affine.js';
import { sineAndCosine } from './pixels/exactMath.js';
import { step } from './step.js';

export const shear = step({
  name: 'shear',
  help: 'Leans to one side by a random angle, rows about the middle one',
  paper: 'as torchvision RandomAffine with shear',
  confidence: 'high',
  parity: "torchvision's shear of tensors, but for pixels where two are equally near",
  options: {
    degrees: fields.number({ min: 0, max: 80, usual: 30, help: 'The most' }),
    ...affineFields,
  },
  apply: (sample, { degrees, ...options }, random) => sheared(sample, degrees * (2 * random.unit() - 1), options),
});

/** The row in the middle stays where it is; of a positive angle, those above go to the right. */
export function sheared(sample: Sample, degrees: number, options: AffineOptions): Sample {
  const [sine, cosine] = sineAndCosine((degrees * Math.PI) / 180);
  const slope = sine / cosine;
  return affine(sample, [1, slope, -slope * (sample.height / 2), 0, 1, 0], options);
}
