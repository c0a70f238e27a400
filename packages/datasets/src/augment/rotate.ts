import { fields } from 'kestirme';
import { affineFields } from './affineFields.js';
import { rotate as rotated } from './pixels/affine.js';
import { step } from './step.js';

export const rotate = step({
  name: 'rotate',
  help: 'Turns about the middle by a random angle, either way',
  paper: 'as torchvision RandomRotation',
  confidence: 'high',
  parity:
    "Pillow's Image.rotate; torchvision's of tensors has 32-bit places, and other pixels where two are equally near",
  options: {
    degrees: fields.number({ min: 0, max: 180, usual: 30, help: 'The most' }),
    ...affineFields,
  },
  apply: (sample, { degrees, ...options }, random) => rotated(sample, degrees * (2 * random.unit() - 1), options),
});
