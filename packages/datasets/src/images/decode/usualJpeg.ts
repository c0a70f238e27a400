import { layOut, ownWasm } from '../ownWasm.js';
import { ownMemory, type PixelMemory } from '../pixelMemory.js';

/** Larger images take more memory here than with libjpeg-turbo. */
const mostPixels = 1 << 24;

/**
 * Red, green and blue of each pixel of a JPEG image as most are: the bits of libjpeg-turbo in half the time. Null for others,
 * and for all that is damaged: libjpeg-turbo is to say what it makes of those.
 */
export function decodeUsualJpeg(
  bytes: Uint8Array,
  { height, width }: { height: number; width: number },
  memory: PixelMemory = ownMemory,
): Uint8Array | null {
  if (height * width > mostPixels) return null;
  return ownWasm.with((wasm) => {
    const pixels = 3 * height * width;
    const parts = [bytes.length, wasm.jpeg_scratch(bytes.length, height, width), pixels] as const;
    const [from, scratch, to] = layOut(wasm, parts);
    new Uint8Array(wasm.memory.buffer, from, bytes.length).set(bytes);
    const isDone = wasm.decode_jpeg(from, bytes.length, height, width, scratch, to);
    if (isDone !== 1) return null;
    const made = memory(pixels);
    made.set(new Uint8Array(wasm.memory.buffer, to, pixels));
    return made;
  });
}
