import type { Pixels } from 'kestirme';

/** What one label belongs to, as it is read and as each step changes it: an image, or T frames. */
export interface Sample {
  /** [frames, height, width, channels]. Bytes 0-255, or floats, which a network takes as they are. */
  pixels: Pixels;
  /** T; 1 of an image. */
  frames: number;
  height: number;
  width: number;
  channels: number;
}

/** Reads the samples of one part of a data set; made in the thread that fills batches. */
export interface SampleReader {
  /**
   * The one at a position, 0-based. It is the caller's own, whose steps may change it in place, until the next is read: it may
   * lie in the same memory.
   */
  read(position: number): Sample | Promise<Sample>;
  close?(): void;
}

/** Numbers of a sample. */
export function pixelsOf({ frames, height, width, channels }: Omit<Sample, 'pixels'>): number {
  return frames * height * width * channels;
}

/** A sample of other sizes than `sample`'s, with room for its numbers, all 0. */
export function emptyLike(sample: Sample, sizes: { height: number; width: number }): Sample {
  const shape = { ...sample, ...sizes };
  const length = pixelsOf(shape);
  return {
    ...shape,
    pixels: sample.pixels instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length),
  };
}
