import { fields } from 'kestirme';
import { centreBox, crop } from '../images/crop.js';
import { step } from './step.js';

export const centreCrop = step({
  name: 'centre-crop',
  help: 'Cuts a window out of the middle; what is too small gets zeros around it',
  paper: 'Krizhevsky et al. 2012; as torchvision CenterCrop',
  confidence: 'high',
  parity: 'torchvision',
  options: {
    height: fields.whole({ min: 1, max: 8192, usual: 224, help: 'Of the window, in pixels' }),
    width: fields.whole({ min: 1, max: 8192, usual: 224, help: 'Of the window, in pixels' }),
  },
  apply: (sample, { height, width }) => crop(sample, centreBox(sample, height, width)),
});
