import type { Sample } from '../samples/sample.js';
import { step } from './step.js';

export const flip = step({
  name: 'flip',
  help: 'Mirrors half of the images left to right',
  paper: 'Krizhevsky et al. 2012; as torchvision RandomHorizontalFlip',
  confidence: 'high',
  parity: 'torchvision',
  options: {},
  apply(sample, _, random) {
    if (random.below(2) === 1) mirror(sample);
    return sample;
  },
});

/** Left to right, in place. */
function mirror({ pixels, frames, height, width, channels }: Sample): void {
  for (let row = 0; row < frames * height; row++) {
    for (let x = 0; 2 * x < width - 1; x++) {
      const a = (row * width + x) * channels;
      const b = (row * width + width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) {
        const kept = pixels[a + c] as number;
        pixels[a + c] = pixels[b + c] as number;
        pixels[b + c] = kept;
      }
    }
  }
}
