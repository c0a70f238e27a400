/**
 * Image files to pixels, as torchvision's ImageFolder reads them: `Image.open(file).convert('RGB')` of Pillow, with the same
 * bits. So the contents tell the format, not the name; alpha is dropped, not blended; a camera's orientation and colour
 * profiles are left alone; of 16 bits the upper eight stay, but a grey image of 16 bits is clamped to 255.
 */
import { DatasetError } from '../../error.js';
import type { Sample } from '../../samples/sample.js';
import { ownMemory, type PixelMemory } from '../pixelMemory.js';
import { decodeJpeg } from './jpeg.js';
import { decodePng } from './png.js';
import { mostPixels } from './problem.js';
import { decodeWebp } from './webp.js';

const formats = [
  { signature: [0xff, 0xd8, 0xff], at: 0, decode: decodeJpeg },
  { signature: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], at: 0, decode: decodePng },
  // Behind RIFF and a length: WEBP.
  { signature: [0x57, 0x45, 0x42, 0x50], at: 8, decode: decodeWebp },
];

/** What Pillow reads, too, and this does not. */
const others = [
  { name: 'GIF', start: 'GIF8' },
  { name: 'BMP', start: 'BM' },
  { name: 'TIFF', start: 'II*\0' },
  { name: 'TIFF', start: 'MM\0*' },
  { name: 'PPM or PGM', start: 'P5' },
  { name: 'PPM or PGM', start: 'P6' },
];

const expected = 'a JPEG, PNG or WebP image';

/**
 * An image of three channels. `file`: its name, for errors; `most`: pixels that it may have.
 * @throws DatasetError for what is damaged, cut short, too large or of no known format
 */
export function decodeImage(bytes: Uint8Array, file: string, most = mostPixels): Sample {
  return decodeInto(ownMemory, bytes, file, most);
}

/** The same into what `memory` gives, if only sometimes: not every decoder asks for it. */
export function decodeInto(memory: PixelMemory, bytes: Uint8Array, file: string, most = mostPixels): Sample {
  const format = formats.find(({ signature, at }) => signature.every((byte, i) => bytes[at + i] === byte));
  if (format === undefined) throw new DatasetError({ file, offset: 0 }, expected, whatElse(bytes));
  return { ...format.decode({ bytes, file, most, memory }), frames: 1, channels: 3 };
}

function whatElse(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  const other = others.find((one) => start.startsWith(one.start));
  if (other !== undefined) return `what looks like ${other.name}, which is to be converted first`;
  const hex = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `another beginning, ${hex}`;
}
