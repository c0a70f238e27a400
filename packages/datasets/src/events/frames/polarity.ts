import type { Frames } from './maker.js';

export const polarities = ['two', 'merged', 'signed'] as const;
export type Polarity = (typeof polarities)[number];

/**
 * What becomes of the two channels (darker, brighter): both stay (`two`); one of both, which is their sum for counts, and
 * the later event for time surfaces, the larger of the two (`merged`); brighter minus darker (`signed`).
 */
export function joinPolarities(frames: Frames, polarity: Polarity, of: 'counts' | 'time-surface'): Frames {
  if (polarity === 'two') return frames;
  const { pixels } = frames;
  const joined = new Float32Array(pixels.length / 2);
  for (let i = 0; i < joined.length; i++) {
    const [darker, brighter] = [pixels[2 * i] as number, pixels[2 * i + 1] as number];
    if (polarity === 'signed') joined[i] = brighter - darker;
    else joined[i] = of === 'counts' ? darker + brighter : Math.max(darker, brighter);
  }
  return { ...frames, pixels: joined, channels: 1 };
}
