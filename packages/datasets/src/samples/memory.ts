import type { Sample, SampleReader } from './sample.js';
import { pixelsOf } from './sample.js';

/** Samples in an array, of equal sizes, one behind the other. On a SharedArrayBuffer, threads read them where they are. */
export interface MemorySource extends Sample {
  kind: 'memory';
}

export function openMemory({ pixels, frames, height, width, channels }: MemorySource): SampleReader {
  const shape = { frames, height, width, channels };
  const length = pixelsOf(shape);
  return {
    read: (position) => ({ ...shape, pixels: pixels.slice(position * length, (position + 1) * length) }),
  };
}
