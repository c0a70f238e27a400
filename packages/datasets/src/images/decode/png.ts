/**
 * PNG, by its specification: chunks with their checks, every colour type and depth, interlaced or not. Written here since no
 * package bounds what a file of a few kilobytes unpacks to, or tells that its pixels end early.
 */
import { inflateSync } from 'node:zlib';
import { DatasetError } from '../../error.js';
import { greyToRgb, type Rgb, withoutLast } from './pixels.js';
import { type PngHeader, readPngChunks } from './pngChunks.js';
import { unfilter } from './pngRows.js';
import { type ImageFile, requireSizes } from './problem.js';

export function decodePng(image: ImageFile): Rgb {
  const { bytes, file } = image;
  const { header, palette, data } = readPngChunks(bytes, file);
  requireSizes(image, 16, header);
  const passes = passesOf(header);
  const length = passes.reduce((sum, pass) => sum + pass.height * (1 + pass.row), 0);
  const rows = inflate(data, length, file);
  const { height, width, channels, depth } = header;
  const values = new Uint16Array(height * width * channels);
  let at = 0;
  for (const pass of passes) {
    const end = at + pass.height * (1 + pass.row);
    const filtered = rows.subarray(at, end);
    const bad = unfilter(filtered, pass.row, Math.max(1, (channels * depth) >> 3));
    if (bad !== undefined) {
      throw new DatasetError({ file, offset: null }, 'PNG filters from 0 to 4', `${bad}`);
    }
    spread(filtered, pass, header, values);
    at = end;
  }
  return { pixels: toRgb(values, header, palette), height, width };
}

/** A part of the image's pixels: every `dx`-th from `x` on, every `dy`-th row from `y` on. */
interface Pass {
  x: number;
  y: number;
  dx: number;
  dy: number;
  width: number;
  height: number;
  /** Bytes of a row, without that of its filter. */
  row: number;
}

const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function passesOf({ height, width, channels, depth, interlaced }: PngHeader): Pass[] {
  const passes = interlaced ? adam7 : ([[0, 0, 1, 1]] as const);
  return passes
    .map(([x, y, dx, dy]) => {
      const across = Math.ceil((width - x) / dx);
      const down = Math.ceil((height - y) / dy);
      return { x, y, dx, dy, width: across, height: down, row: Math.ceil((across * channels * depth) / 8) };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

function inflate(data: Uint8Array, length: number, file: string): Uint8Array {
  let found: Uint8Array;
  try {
    // One more, to see what is longer than it should be; Pillow takes no notice of that.
    found = inflateSync(data, { maxOutputLength: length + 1 });
  } catch (cause) {
    const long = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const what = long ? 'more' : 'what does not unpack';
    throw new DatasetError({ file, offset: null }, `${length} bytes of packed PNG pixels`, what, { cause });
  }
  if (found.length === length) return found;
  throw new DatasetError({ file, offset: null }, `${length} bytes of packed PNG pixels`, `${found.length}`);
}

/** Puts the values of a pass, of 1 to 16 bits, into their places in the image. */
function spread(rows: Uint8Array, pass: Pass, { width, channels, depth }: PngHeader, values: Uint16Array): void {
  const mask = (1 << depth) - 1;
  for (let y = 0; y < pass.height; y++) {
    const start = y * (1 + pass.row) + 1;
    if (depth === 8 && pass.dx === 1) {
      values.set(rows.subarray(start, start + pass.row), (pass.y + y * pass.dy) * pass.row);
      continue;
    }
    for (let x = 0, i = 0; x < pass.width; x++) {
      let to = ((pass.y + y * pass.dy) * width + pass.x + x * pass.dx) * channels;
      for (let c = 0; c < channels; c++, i++) {
        const bit = i * depth;
        const at = start + (bit >> 3);
        const byte = rows[at] as number;
        values[to++] = depth === 16 ? (byte << 8) | (rows[at + 1] as number) : (byte >> (8 - depth - (bit & 7))) & mask;
      }
    }
  }
}

/** With Pillow's rules for depths. */
function toRgb(values: Uint16Array, { colour, channels, depth }: PngHeader, palette: Uint8Array): Uint8Array {
  if (colour === 'palette') {
    const rgb = new Uint8Array(3 * values.length);
    // A colour that the palette lacks is black.
    values.forEach((value, i) => {
      rgb.set(palette.subarray(3 * value, 3 * value + 3), 3 * i);
    });
    return rgb;
  }
  if (channels === 1 && depth === 16) return greyToRgb(values.map((value) => Math.min(255, value)));
  const bytes = depth === 16 ? values.map((value) => value >> 8) : values;
  if (channels === 3) return new Uint8Array(bytes);
  if (channels === 4) return withoutLast(bytes, channels, 3);
  const grey = withoutLast(bytes, channels, 1);
  const most = depth < 8 ? (1 << depth) - 1 : 255;
  return greyToRgb(grey.map((value) => (value * 255) / most));
}
