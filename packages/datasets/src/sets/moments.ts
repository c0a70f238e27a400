import type { Pixels } from 'kestirme';

/**
 * Mean and standard deviation of each channel, in units of 0-1 pixel values; 0 and 1 for floats, and where a channel is the
 * same everywhere. `images`: [..., channels]. The sums are of whole numbers, exact in any order up to 10^11 bytes.
 */
export function momentsOf(images: Pixels, channels: number): { mean: number[]; std: number[] } {
  const mean = new Array<number>(channels).fill(0);
  const std = new Array<number>(channels).fill(1);
  if (images instanceof Float32Array) return { mean, std };
  const count = images.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    let squares = 0;
    for (let i = channel; i < images.length; i += channels) {
      const byte = images[i] as number;
      sum += byte;
      squares += byte * byte;
    }
    const variance = (squares - (sum * sum) / count) / count;
    if (!(variance > 0)) continue;
    mean[channel] = sum / count / 255;
    std[channel] = Math.sqrt(variance) / 255;
  }
  return { mean, std };
}
