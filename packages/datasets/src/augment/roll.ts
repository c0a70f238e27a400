import { fields } from 'kestirme';
import { emptyLike, type Sample } from '../samples/sample.js';
import { step } from './step.js';

export const roll = step({
  name: 'roll',
  help: 'Moves frames by whole pixels, at random up to so many on both axes; what leaves at one side enters at the other',
  paper: 'Deng et al. 2022 (TET), Li et al. 2022 (NDA)',
  confidence: 'high',
  parity: 'torch.roll, as in both programs',
  options: {
    pixels: fields.whole({ min: 0, max: 512, usual: 5, help: 'The most, up or down, left or right' }),
  },
  apply(sample, { pixels }, random) {
    const down = random.below(2 * pixels + 1) - pixels;
    const right = random.below(2 * pixels + 1) - pixels;
    return rolled(sample, down, right);
  },
});

/** By `down` rows and `right` columns, around the edges. */
export function rolled(sample: Sample, down: number, right: number): Sample {
  const { pixels, frames, height, width, channels } = sample;
  const made = emptyLike(sample, sample);
  const row = width * channels;
  const shift = (((right % width) + width) % width) * channels;
  for (let frame = 0; frame < frames; frame++) {
    for (let y = 0; y < height; y++) {
      const from = (frame * height + y) * row;
      const to = (frame * height + ((((y + down) % height) + height) % height)) * row;
      made.pixels.set(pixels.subarray(from, from + row - shift), to + shift);
      made.pixels.set(pixels.subarray(from + row - shift, from + row), to);
    }
  }
  return made;
}
