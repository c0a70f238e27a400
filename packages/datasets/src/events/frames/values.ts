import type { Frames } from './maker.js';

export const valueScales = ['as-is', 'binary', 'frame-max', 'sample-max'] as const;
export type ValueScale = (typeof valueScales)[number];

/**
 * Changes the numbers in place: not at all; to 0 or 1 (-1 of a negative one); or divided by the largest magnitude of the
 * frame, or of the sample (frames without events stay 0).
 */
export function scaleValues(frames: Frames, scale: ValueScale): Frames {
  const { pixels, frames: count } = frames;
  if (scale === 'binary') for (let i = 0; i < pixels.length; i++) pixels[i] = Math.sign(pixels[i] as number);
  const parts = scale === 'frame-max' ? count : scale === 'sample-max' ? 1 : 0;
  for (let part = 0; part < parts; part++) {
    const length = pixels.length / parts;
    divideByMax(pixels.subarray(part * length, (part + 1) * length));
  }
  return frames;
}

function divideByMax(values: Float32Array): void {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  if (most > 0) for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / most;
}
