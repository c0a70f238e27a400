import { fields } from 'kestirme';
import { step } from './step.js';

export const cutout = step({
  name: 'cutout',
  help: 'Fills squares at random places, as far as they lie within the image',
  paper: 'DeVries and Taylor 2017',
  confidence: 'high',
  parity: "the authors' program, before its images are normalised: the hole is (0 - mean) / std for the network",
  options: {
    holes: fields.whole({ min: 1, max: 64, usual: 1, help: 'Squares of an image' }),
    length: fields.whole({ min: 1, max: 4096, usual: 16, help: 'Side of a square in pixels' }),
    fill: fields.number({ min: 0, max: 255, usual: 0, help: 'What it is filled with, in every channel' }),
  },
  apply(sample, { holes, length, fill }, random) {
    const { pixels, frames, height, width, channels } = sample;
    const half = Math.floor(length / 2);
    for (let hole = 0; hole < holes; hole++) {
      const [y, x] = [random.below(height), random.below(width)];
      const [top, bottom] = [Math.max(0, y - half), Math.min(height, y + half)];
      const [left, right] = [Math.max(0, x - half), Math.min(width, x + half)];
      for (let frame = 0; frame < frames; frame++) {
        for (let row = top; row < bottom; row++) {
          const start = (frame * height + row) * width;
          pixels.fill(fill, (start + left) * channels, (start + right) * channels);
        }
      }
    }
    return sample;
  },
});
