/** What a network reads, as colours for the eye. */
import type { Pixels } from 'kestirme';

/** Of both polarities, where they meet they add up: darker is orange, brighter is blue. */
const POLARITIES = [
  [213, 94, 0],
  [0, 114, 178],
] as const;

export interface Range {
  low: number;
  high: number;
}

/** Least and largest number of a sample that is not an image in bytes; null of those, which are shown as they are. */
export function rangeOf(pixels: Pixels, isImage: boolean): Range | null {
  if (isImage && pixels instanceof Uint8Array) return null;
  let [low, high] = [0, 0];
  for (const value of pixels) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

/** [height * width, 3] of a frame [height * width, channels]. Three channels are colours, two polarities, else their mean is grey. */
export function colours(frame: Pixels, channels: number, range: Range | null): Uint8Array {
  const { low, high } = range ?? { low: 0, high: 255 };
  const share = (i: number) => (high === low ? 0 : ((frame[i] as number) - low) / (high - low));
  const rgb = new Uint8Array((3 * frame.length) / channels);
  for (let i = 0, at = 0; i < frame.length; i += channels, at += 3) {
    for (let c = 0; c < 3; c++) rgb[at + c] = Math.min(255, Math.round(colour(share, i, channels, c)));
  }
  return rgb;
}

function colour(share: (i: number) => number, i: number, channels: number, c: number): number {
  if (channels === 3) return 255 * share(i + c);
  if (channels === 2) {
    return POLARITIES.reduce((sum, tint, polarity) => sum + (tint[c] as number) * share(i + polarity), 0);
  }
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) sum += share(i + channel);
  return (255 * sum) / channels;
}
