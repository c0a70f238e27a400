import { DatasetError } from '../../error.js';
import { allocate, copyIn, ofPackage, refuse, WasmInstances, type WasmLibrary } from '../wasmInstances.js';
import { type Rgb, withoutLast } from './pixels.js';
import { type ImageFile, requireSizes } from './problem.js';

interface Webp extends WasmLibrary {
  /** [height, width, 4] at the address that it gives, or 0. Writes both sizes where the last two addresses point. */
  WebPDecodeRGBA(from: number, bytes: number, width: number, height: number): number;
}

const library = new WasmInstances<Webp>(ofPackage('@cwasm/webp/webp.wasm'), {
  wasi_snapshot_preview1: { fd_close: refuse('fd_close'), fd_seek: refuse('fd_seek'), fd_write: refuse('fd_write') },
});

/** Of an image that does not move. */
export function decodeWebp(image: ImageFile): Rgb {
  const { bytes, file } = image;
  const { height, width, animated } = readHeader(bytes, file);
  requireSizes(image, 12, { height, width });
  if (animated) throw new DatasetError({ file, offset: 12 }, 'a WebP image of one frame', 'an animation');
  return library.with((webp) => {
    const from = copyIn(webp, bytes);
    const sizes = allocate(webp.malloc, 8);
    const to = webp.WebPDecodeRGBA(from, bytes.length, sizes, sizes + 4);
    webp.free(from);
    const found = [...new Uint32Array(webp.memory.buffer, sizes, 2)];
    webp.free(sizes);
    if (to === 0) throw new DatasetError({ file, offset: null }, 'a whole WebP image', 'one that cannot be decoded');
    const [w = 0, h = 0] = found;
    const pixels = withoutLast(new Uint8Array(webp.memory.buffer, to, 4 * w * h), 4, 3);
    webp.free(to);
    return { pixels, height: h, width: w };
  });
}

/** Sizes as the first chunk has them. */
function readHeader(bytes: Uint8Array, file: string): { height: number; width: number; animated: boolean } {
  const short = new DatasetError({ file, offset: bytes.length }, 'the sizes of a WebP image', 'the end of the file');
  if (bytes.length < 30) throw short;
  const byte = (i: number) => bytes[i] as number;
  const u16 = (i: number) => byte(i) | (byte(i + 1) << 8);
  const u24 = (i: number) => u16(i) | (byte(i + 2) << 16);
  const kind = String.fromCharCode(...bytes.subarray(12, 16));
  if (kind === 'VP8X') return { width: u24(24) + 1, height: u24(27) + 1, animated: (byte(20) & 2) !== 0 };
  if (kind === 'VP8 ') return { width: u16(26) & 0x3fff, height: u16(28) & 0x3fff, animated: false };
  if (kind !== 'VP8L') throw new DatasetError({ file, offset: 12 }, 'a chunk of a WebP image', 'another');
  const bits = u16(21) | (u16(23) << 16);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, animated: false };
}
