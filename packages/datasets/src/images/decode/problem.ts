import { DatasetError } from '../../error.js';
import type { PixelMemory } from '../pixelMemory.js';

/** Larger images are refused, as from here on Pillow warns of them: a file of some kilobytes may claim any size. */
export const mostPixels = 89_478_485;

/** What an image is read from. */
export interface ImageFile {
  bytes: Uint8Array;
  /** Its name, for errors. */
  file: string;
  /** Pixels that it may have. */
  most: number;
  /** For its pixels, where the decoder asks for memory. */
  memory: PixelMemory;
}

/** @throws DatasetError where the sizes that a file claims are none, or too large. */
export function requireSizes(
  { file, most }: ImageFile,
  offset: number,
  { height, width }: { height: number; width: number },
): void {
  if (height > 0 && width > 0 && height * width <= most) return;
  throw new DatasetError({ file, offset }, `an image of 1 to ${most} pixels`, `one of ${width} x ${height}`);
}
