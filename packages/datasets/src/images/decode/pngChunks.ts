import { crc32 } from 'node:zlib';
import { plain } from 'kestirme';
import { DatasetError } from '../../error.js';

export interface PngHeader {
  height: number;
  width: number;
  colour: 'grey' | 'rgb' | 'palette';
  /** Values of a pixel, with alpha. */
  channels: number;
  /** Bits of a value. */
  depth: number;
  interlaced: boolean;
}

export interface PngChunks {
  header: PngHeader;
  /** [colours, 3]; empty without one. */
  palette: Uint8Array;
  /** The packed pixels. */
  data: Uint8Array;
}

const colours: Record<number, { colour: PngHeader['colour']; channels: number; depths: number[] }> = {
  0: { colour: 'grey', channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { colour: 'rgb', channels: 3, depths: [8, 16] },
  3: { colour: 'palette', channels: 1, depths: [1, 2, 4, 8] },
  4: { colour: 'grey', channels: 2, depths: [8, 16] },
  6: { colour: 'rgb', channels: 4, depths: [8, 16] },
};

/** What an image is made of; chunks of other kinds are passed over. @throws DatasetError for what is damaged or cut short. */
export function readPngChunks(bytes: Uint8Array, file: string): PngChunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: PngHeader | null = null;
  let palette = new Uint8Array(0);
  const parts: Uint8Array[] = [];
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) break;
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) break;
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, end - 4);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new DatasetError(
        { file, offset: at },
        `a PNG chunk '${plain.excerpt(kind)}' that fits its checksum`,
        'another',
      );
    }
    if (header === null) header = readHeader(kind, body, file);
    else if (kind === 'PLTE') palette = body.slice();
    else if (kind === 'IDAT') parts.push(body);
    else if (kind === 'IEND') return { header, palette, data: Buffer.concat(parts) };
    at = end;
  }
  throw new DatasetError({ file, offset: bytes.length }, 'the end of a PNG image', 'the end of the file before it');
}

function readHeader(kind: string, body: Uint8Array, file: string): PngHeader {
  const place = { file, offset: 8 };
  if (kind !== 'IHDR' || body.length !== 13) {
    throw new DatasetError(place, 'a PNG header of 13 bytes', `a chunk '${plain.excerpt(kind)}' of ${body.length}`);
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const sizes = { width: view.getUint32(0), height: view.getUint32(4) };
  const [depth = 0, type = 0, compression, filter, interlace] = body.subarray(8);
  const colour = colours[type];
  if (colour === undefined || !colour.depths.includes(depth)) {
    throw new DatasetError(place, 'a colour type and depth of PNG', `type ${type} with ${depth} bits`);
  }
  if (compression !== 0 || filter !== 0 || (interlace !== 0 && interlace !== 1)) {
    throw new DatasetError(place, 'PNG methods 0, 0, and 0 or 1', `${compression}, ${filter} and ${interlace}`);
  }
  return { ...sizes, colour: colour.colour, channels: colour.channels, depth, interlaced: interlace === 1 };
}
