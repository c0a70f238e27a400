import { bytesOf } from './picture.js';
import type { SpikeLayer } from './protocol.js';

/** Whether a neuron fired: 1 or 0, by step, place in the map and channel. */
export type Fired = (step: number, pixel: number, channel: number) => number;

export function spikesOf({ bits, height, width, channels }: SpikeLayer): Fired {
  const bytes = bytesOf(bits);
  const words = new DataView(bytes.buffer);
  const perPixel = Math.ceil(channels / 32);
  return (step, pixel, channel) => {
    const word = words.getUint32(4 * ((step * height * width + pixel) * perPixel + (channel >> 5)), true);
    return (word >>> (channel & 31)) & 1;
  };
}
