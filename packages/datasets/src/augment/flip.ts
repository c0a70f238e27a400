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
  const row = width * channels;
  for (let start = 0; start < frames * height * row; start += row) {
    if (channels === 3) mirrorColours(pixels, start, start + row - 3);
    else mirrorRow(pixels, start, start + row - channels, channels);
  }
}

/** Of pixels from `a` to `b`. */
function mirrorRow(pixels: Sample['pixels'], a: number, b: number, channels: number): void {
  for (; a < b; a += channels, b -= channels) {
    for (let c = 0; c < channels; c++) {
      const kept = pixels[a + c] as number;
      pixels[a + c] = pixels[b + c] as number;
      pixels[b + c] = kept;
    }
  }
}

/** The same of three channels, in half the time. */
function mirrorColours(pixels: Sample['pixels'], a: number, b: number): void {
  for (; a < b; a += 3, b -= 3) {
    const [red, green, blue] = [pixels[a], pixels[a + 1], pixels[a + 2]] as [number, number, number];
    pixels[a] = pixels[b] as number;
    pixels[a + 1] = pixels[b + 1] as number;
    pixels[a + 2] = pixels[b + 2] as number;
    pixels[b] = red;
    pixels[b + 1] = green;
    pixels[b + 2] = blue;
  }
}
