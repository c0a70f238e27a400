import { fields } from 'kestirme';
import { affineFields } from './affineFields.js';
import { applyOperation } from './autoAugment.js';
import { type OperationName, operations } from './operations.js';
import { step } from './step.js';

/** All operations but one, in torchvision's order. */
export const randomOperations = (Object.keys(operations) as OperationName[]).filter((name) => name !== 'invert');

export const randAugment = step({
  name: 'randaugment',
  help: 'Some operations of AutoAugment at random, all of one magnitude',
  paper: 'Cubuk et al. 2020',
  confidence: 'high',
  parity: 'torchvision RandAugment of Pillow images, pixel for pixel where the draws are the same',
  of: 'images',
  options: {
    operations: fields.whole({ min: 1, max: 16, usual: 2, help: 'Operations of an image, one after the other' }),
    magnitude: fields.whole({ min: 0, max: 30, usual: 9, help: 'Of 31 magnitudes, the number of theirs' }),
    ...affineFields,
  },
  apply(sample, { operations: count, magnitude, ...options }, random) {
    let now = sample;
    for (let i = 0; i < count; i++) {
      const name = randomOperations[random.below(randomOperations.length)] as OperationName;
      const sign = operations[name].signed && random.below(2) === 1 ? -1 : 1;
      now = applyOperation(operations, now, name, magnitude, 31, sign, options);
    }
    return now;
  },
});
