import { readJpegHeader, requireEnd } from './jpegHeader.js';
import { decodeByLibjpeg, requireForm } from './libjpeg.js';
import type { Rgb } from './pixels.js';
import { type ImageFile, requireSizes } from './problem.js';
import { decodeUsualJpeg } from './usualJpeg.js';

/** As Pillow: a bad code in the middle is passed over (what it makes of the rest may differ), a file that is cut short is not. */
export function decodeJpeg(image: ImageFile): Rgb {
  const { bytes, file } = image;
  const header = readJpegHeader(bytes, file);
  const { height, width } = header;
  requireSizes(image, header.offset, header);
  requireForm(header, file);
  requireEnd(bytes, file);
  return {
    pixels: decodeUsualJpeg(bytes, header, image.memory) ?? decodeByLibjpeg(bytes, file, header),
    height,
    width,
  };
}
