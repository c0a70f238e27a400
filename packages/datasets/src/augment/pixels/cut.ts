import { emptyLike, type Sample } from '../../samples/sample.js';

/** The window of a sample whose upper left corner is at (left, top), wholly inside of it. */
export function cut(sample: Sample, top: number, left: number, height: number, width: number): Sample {
  if (height === sample.height && width === sample.width) return sample;
  const { pixels, frames, channels } = sample;
  const made = emptyLike(sample, { height, width });
  for (let frame = 0; frame < frames; frame++) {
    for (let y = 0; y < height; y++) {
      const from = ((frame * sample.height + top + y) * sample.width + left) * channels;
      made.pixels.set(pixels.subarray(from, from + width * channels), (frame * height + y) * width * channels);
    }
  }
  return made;
}
