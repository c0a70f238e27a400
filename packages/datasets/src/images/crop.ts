/** Cutting rectangles out of samples, and the sizes and places that torchvision's transforms choose. */
import { emptyLike, type Sample } from '../samples/sample.js';

/** Edges in pixels; right and bottom are exclusive. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The box in whole pixels, of every frame; what lies outside the sample is 0. */
export function crop(sample: Sample, { left, top, right, bottom }: Box): Sample {
  const { frames, height, width, channels, pixels } = sample;
  const made = emptyLike(sample, { height: bottom - top, width: right - left });
  const from = Math.max(0, left);
  const end = Math.min(width, right);
  if (from >= end) return made;
  for (let frame = 0; frame < frames; frame++) {
    for (let y = Math.max(0, top); y < Math.min(height, bottom); y++) {
      const row = (frame * height + y) * width;
      const to = ((frame * made.height + y - top) * made.width + from - left) * channels;
      made.pixels.set(pixels.subarray((row + from) * channels, (row + end) * channels), to);
    }
  }
  return made;
}

/**
 * The box in the middle. As torchvision has it: an odd rest goes to the side of the even half; what is too small lies in
 * the middle of it, the odd rest on the right and below.
 */
export function centreBox(size: { height: number; width: number }, height: number, width: number): Box {
  const top = middle(size.height, height);
  const left = middle(size.width, width);
  return { left, top, right: left + width, bottom: top + height };
}

function middle(size: number, wanted: number): number {
  if (wanted > size) return -Math.floor((wanted - size) / 2);
  const half = (size - wanted) / 2;
  const down = Math.floor(half);
  // Python's round: a half to the even side.
  return half === down || down % 2 === 0 ? down : down + 1;
}

/** Height and width with the shorter side `side`, the longer one in proportion, rounded down. */
export function shorterSideTo(side: number, { height, width }: { height: number; width: number }): [number, number] {
  const longer = Math.trunc((side * Math.max(height, width)) / Math.min(height, width));
  return height <= width ? [side, longer] : [longer, side];
}
