import { fields } from 'kestirme';
import { crop as cut } from '../images/crop.js';
import { step } from './step.js';

/** A window of the sample's own size, at a random place of the sample padded with zeros. */
export const crop = step({
  name: 'crop',
  help: 'A window of the own size at a random place of the image padded with zeros',
  paper: 'Krizhevsky et al. 2012; as torchvision RandomCrop',
  confidence: 'high',
  parity: 'torchvision',
  options: {
    padding: fields.whole({ min: 0, max: 512, usual: 4, help: 'Zeros on each side, in pixels' }),
  },
  apply(sample, { padding }, random) {
    const top = random.below(2 * padding + 1) - padding;
    const left = random.below(2 * padding + 1) - padding;
    if (top === 0 && left === 0) return sample;
    return cut(sample, { top, left, bottom: top + sample.height, right: left + sample.width });
  },
});
