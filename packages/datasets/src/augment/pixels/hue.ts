/** Hue as torchvision turns it, through Pillow's conversions to HSV and back; in place. */
import type { Sample } from '../../samples/sample.js';
import { frames } from './frames.js';

/** `turn`: part of the circle, -0.5 to 0.5. Samples that have not 3 channels stay as they are. */
export function hue(sample: Sample, turn: number): Sample {
  if (sample.channels !== 3) return sample;
  const shift = Math.trunc(turn * 255);
  for (const frame of frames(sample)) {
    for (let i = 0; i < frame.length; i += 3) turnPixel(frame, i, shift);
  }
  return sample;
}

function turnPixel(bytes: Uint8Array, i: number, shift: number): void {
  const [red, green, blue] = [bytes[i] as number, bytes[i + 1] as number, bytes[i + 2] as number];
  const value = Math.max(red, green, blue);
  const spread = value - Math.min(red, green, blue);
  // A grey pixel has no saturation, whatever its hue.
  if (spread === 0) return;
  const saturation = clip(Math.trunc(Math.fround(spread / value) * 255));
  const turned = (hueOf(red, green, blue, value, spread) + shift) & 255;
  bytes.set(colour(turned, saturation, value), i);
}

function hueOf(red: number, green: number, blue: number, value: number, spread: number): number {
  const missing = (one: number) => Math.fround((value - one) / spread);
  const [r, g, b] = [missing(red), missing(green), missing(blue)];
  const sixth = red === value ? Math.fround(b - g) : green === value ? Math.fround(2 + r - b) : Math.fround(4 + g - r);
  return clip(Math.trunc(Math.fround((sixth / 6 + 1) % 1) * 255));
}

/** The colour of three bytes; in the circle of 255 steps, 255 is 0 again. */
function colour(hue: number, saturation: number, value: number): number[] {
  if (saturation === 0) return [value, value, value];
  const sixths = (hue * 6) / 255;
  const strength = Math.fround(saturation / 255);
  const sector = Math.floor(sixths);
  const within = Math.fround(sixths - sector);
  const level = (share: number) => clip(Math.round(value * (1 - share)));
  const p = level(strength);
  const q = level(Math.fround(strength * within));
  const t = level(strength * (1 - within));
  const sectors = [
    [value, t, p],
    [q, value, p],
    [p, value, t],
    [p, q, value],
    [t, p, value],
    [value, p, q],
  ];
  return sectors[sector % 6] as number[];
}

const clip = (value: number) => Math.max(0, Math.min(255, value));
