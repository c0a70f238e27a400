import { fields } from 'kestirme';
import { shorterSideTo } from '../images/crop.js';
import { filters } from '../images/filters.js';
import { resize } from '../images/resize.js';
import { step } from './step.js';

export const resizeShorter = step({
  name: 'resize-shorter',
  help: 'Resizes images so that their shorter side has so many pixels, antialiased',
  paper: 'Krizhevsky et al. 2012; as torchvision Resize(side)',
  confidence: 'high',
  parity: 'Pillow',
  options: {
    side: fields.whole({ min: 1, max: 8192, usual: 256, help: 'Of the shorter side, in pixels' }),
    filter: fields.choice({ choices: filters, usual: 'bilinear', help: "Pillow's name of the interpolation" }),
  },
  apply(sample, { side, filter }) {
    const [height, width] = shorterSideTo(side, sample);
    return resize(sample, { height, width, filter });
  },
});
