import { DatasetError } from '../../error.js';
import { allocate, copyIn, ofPackage, refuse, WasmInstances, type WasmLibrary } from '../wasmInstances.js';
import { readJpegHeader, requireEnd } from './jpegHeader.js';
import { cmykToRgb, greyToRgb, type Rgb } from './pixels.js';
import { type ImageFile, requireSizes } from './problem.js';

/** libjpeg-turbo's own interface. */
interface TurboJpeg extends WasmLibrary {
  tjInitDecompress(): number;
  tjDestroy(handle: number): number;
  /** 0; or -1 after a warning, with all pixels that could be read. What cannot be read at all ends in `longjmp`. */
  tjDecompress2(
    ...of: [
      handle: number,
      from: number,
      bytes: number,
      to: number,
      w: number,
      pitch: number,
      h: number,
      format: number,
      flags: number,
    ]
  ): number;
}

class Unreadable extends Error {}

const library = new WasmInstances<TurboJpeg>(ofPackage('@cwasm/jpeg-turbo/jpeg-turbo.wasm'), {
  env: {
    setjmp: () => 0,
    longjmp: () => {
      throw new Unreadable();
    },
  },
  wasi_snapshot_preview1: {
    environ_sizes_get: () => 0,
    environ_get: refuse('environ_get'),
    proc_exit: refuse('proc_exit'),
    fd_close: refuse('fd_close'),
    fd_seek: refuse('fd_seek'),
    fd_write: refuse('fd_write'),
  },
});

/** What the decoder makes of so many components: its own number of the format, values of a pixel, and what is left to do. */
const forms: Record<number, { format: number; channels: number; finish(pixels: Uint8Array): Uint8Array }> = {
  1: { format: 6, channels: 1, finish: greyToRgb },
  3: { format: 0, channels: 3, finish: (pixels) => pixels },
  4: { format: 11, channels: 4, finish: cmykToRgb },
};

/** As Pillow: a bad code in the middle is passed over (what it makes of the rest may differ), a file that is cut short is not. */
export function decodeJpeg(image: ImageFile): Rgb {
  const { bytes, file } = image;
  const { height, width, components, offset } = readJpegHeader(bytes, file);
  requireSizes(image, offset, { height, width });
  const form = forms[components];
  if (form === undefined) throw new DatasetError({ file, offset }, '1, 3 or 4 components', `${components}`);
  requireEnd(bytes, file);
  const row = width * form.channels;
  try {
    return library.with((turbo) => {
      const handle = turbo.tjInitDecompress();
      const from = copyIn(turbo, bytes);
      const to = allocate(turbo.malloc, row * height);
      new Uint8Array(turbo.memory.buffer, to, row * height).fill(0);
      turbo.tjDecompress2(handle, from, bytes.length, to, width, row, height, form.format, 0);
      const pixels = form.finish(new Uint8Array(turbo.memory.buffer, to, row * height).slice());
      turbo.free(to);
      turbo.free(from);
      turbo.tjDestroy(handle);
      return { pixels, height, width };
    });
  } catch (cause) {
    const own = cause instanceof Unreadable || cause instanceof WebAssembly.RuntimeError;
    if (!own) throw cause;
    throw new DatasetError({ file, offset: null }, 'a JPEG image', 'one that cannot be decoded', { cause });
  }
}
