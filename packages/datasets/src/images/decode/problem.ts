import { DatasetError } from '../../error.js';

/** Sizes above are refused, from where on Pillow warns: a file of some kilobytes may claim any. */
export const mostPixels = 89_478_485;

/** @throws DatasetError where the sizes that a file claims are none, or too large. */
export function requireSizes(file: string, offset: number, { height, width }: { height: number; width: number }): void {
  if (height > 0 && width > 0 && height * width <= mostPixels) return;
  throw new DatasetError({ file, offset }, `an image of 1 to ${mostPixels} pixels`, `one of ${width} x ${height}`);
}
