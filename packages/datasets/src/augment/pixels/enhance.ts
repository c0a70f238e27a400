/**
 * Brightness, contrast, saturation and sharpness as Pillow's ImageEnhance has them: the image is moved away from a
 * degenerate one, or towards it, in single precision; `factor` 1 leaves it, 0 gives the degenerate one. In place.
 * Of samples of 1 or 3 channels; colour ones leave those of 1 as they are.
 */
import type { Sample } from '../../samples/sample.js';
import { frames } from './frames.js';

/** Away from black. */
export const brightness = (sample: Sample, factor: number): Sample => blend(sample, factor, () => () => 0);

/** Away from the mean of the grey image. */
export const contrast = (sample: Sample, factor: number): Sample =>
  blend(sample, factor, (frame) => {
    const { channels } = sample;
    let sum = 0;
    for (let i = 0; i < frame.length; i += channels) sum += grey(frame, i, channels);
    const mean = Math.trunc(sum / (frame.length / channels) + 0.5);
    return () => mean;
  });

/** Away from the grey image. */
export const saturation = (sample: Sample, factor: number): Sample =>
  blend(sample, factor, (frame) => {
    const { channels } = sample;
    return (i) => grey(frame, i - (i % channels), channels);
  });

/** Away from the smoothed image. */
export const sharpness = (sample: Sample, factor: number): Sample =>
  blend(sample, factor, (frame) => {
    const smooth = smoothed(frame, sample);
    return (i) => smooth[i] as number;
  });

/** Luminance of the pixel at `i`, by ITU-R 601 in 16 bits of fraction. */
function grey(bytes: Uint8Array, i: number, channels: number): number {
  if (channels === 1) return bytes[i] as number;
  const [red, green, blue] = [bytes[i] as number, bytes[i + 1] as number, bytes[i + 2] as number];
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** `degenerate` sees each frame as it was, and gives the byte at each place before that byte is changed. */
function blend(sample: Sample, factor: number, degenerate: (frame: Uint8Array) => (i: number) => number): Sample {
  const alpha = Math.fround(factor);
  if (alpha === 1) return sample;
  for (const frame of frames(sample)) {
    const whence = degenerate(frame.slice());
    for (let i = 0; i < frame.length; i++) {
      const from = whence(i);
      const moved = Math.fround(from + Math.fround(alpha * ((frame[i] as number) - from)));
      frame[i] = Math.max(0, Math.min(255, moved));
    }
  }
  return sample;
}

/** Weights of Pillow's filter SMOOTH, in single precision. */
const around = Math.fround(1 / 13);
const middle = Math.fround(5 / 13);

/** A mean over 3x3 pixels in which the middle counts 5 times; the edge stays as it is. Sums in Pillow's order. */
function smoothed(bytes: Uint8Array, { height, width, channels }: Sample): Uint8Array {
  const out = bytes.slice();
  const row = width * channels;
  const line = (i: number, centre: number): number => {
    const sides = Math.fround(
      Math.fround((bytes[i - channels] as number) * around) + Math.fround((bytes[i] as number) * centre),
    );
    return Math.fround(sides + Math.fround((bytes[i + channels] as number) * around));
  };
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + channels; i < (y + 1) * row - channels; i++) {
      const lower = Math.fround(0.5 + line(i + row, around));
      out[i] = Math.fround(Math.fround(lower + line(i, middle)) + line(i - row, around));
    }
  }
  return out;
}
