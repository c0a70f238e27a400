import { DatasetError } from '../../error.js';
import { allocate, copyIn, ofPackage, refuse, WasmInstances, type WasmLibrary } from '../wasmInstances.js';
import type { JpegHeader } from './jpegHeader.js';
import { cmykToRgb, greyToRgb } from './pixels.js';

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

/** What the decoder makes of so many components. */
interface Form {
  /** Its own number of it. */
  format: number;
  /** Values of a pixel. */
  channels: number;
  /** What is left to do. */
  finish(pixels: Uint8Array): Uint8Array;
}

const forms: Record<number, Form> = {
  1: { format: 6, channels: 1, finish: greyToRgb },
  3: { format: 0, channels: 3, finish: (pixels) => pixels },
  4: { format: 11, channels: 4, finish: cmykToRgb },
};

/** @throws DatasetError where a pixel has another number of components than libjpeg reads */
export function requireForm({ components, offset }: JpegHeader, file: string): Form {
  const form = forms[components];
  if (form === undefined) throw new DatasetError({ file, offset }, '1, 3 or 4 components', `${components}`);
  return form;
}

/** Red, green and blue of each pixel of any image that libjpeg reads. @throws DatasetError for others */
export function decodeByLibjpeg(bytes: Uint8Array, file: string, header: JpegHeader): Uint8Array {
  const { height, width } = header;
  const form = requireForm(header, file);
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
      return pixels;
    });
  } catch (cause) {
    const own = cause instanceof Unreadable || cause instanceof WebAssembly.RuntimeError;
    if (!own) throw cause;
    throw new DatasetError({ file, offset: null }, 'a JPEG image', 'one that cannot be decoded', { cause });
  }
}
