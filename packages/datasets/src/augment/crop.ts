import { fields } from 'kestirme';
import { emptyLike } from '../samples/sample.js';
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
    const { pixels, frames, height, width, channels } = sample;
    const made = emptyLike(sample, { height, width });
    // Of each row, the pixels that are in the window.
    const [first, last] = [Math.max(0, left), Math.min(width, width + left)];
    for (let frame = 0; frame < frames; frame++) {
      for (let y = Math.max(0, -top); y < Math.min(height, height - top); y++) {
        const row = (frame * height + y + top) * width;
        const target = ((frame * height + y) * width + first - left) * channels;
        made.pixels.set(pixels.subarray((row + first) * channels, (row + last) * channels), target);
      }
    }
    return made;
  },
});
