/** Frames as .npy files, [T, height, width, channels], in the smallest type that holds them exactly. */
import { DatasetError } from '../../error.js';
import { parseNpy } from '../../formats/npy.js';
import { writeNpy } from '../../formats/writeNpy.js';
import type { Frames } from './maker.js';

export function encodeFrames({ pixels, frames, height, width, channels }: Frames): Uint8Array {
  return writeNpy({ shape: [frames, height, width, channels], data: smallest(pixels) });
}

/** `file` stands in errors. @throws DatasetError when these are no such frames. */
export function decodeFrames(bytes: Uint8Array, file: string): Frames {
  const { shape, data } = parseNpy(bytes, file);
  const isNumbers = !(data instanceof BigInt64Array || data instanceof BigUint64Array);
  if (shape.length !== 4 || !isNumbers) {
    throw new DatasetError({ file, offset: null }, 'frames [T, height, width, channels]', `[${shape.join(', ')}]`);
  }
  const [frames, height, width, channels] = shape as [number, number, number, number];
  return { pixels: new Float32Array(data), frames, height, width, channels };
}

function smallest(pixels: Float32Array): Uint8Array | Int16Array | Float32Array {
  let [least, most, isWhole] = [0, 0, true];
  for (const value of pixels) {
    if (value < least) least = value;
    if (value > most) most = value;
    if (!Number.isInteger(value)) isWhole = false;
  }
  if (isWhole && least >= 0 && most <= 255) return Uint8Array.from(pixels);
  return isWhole && least >= -32768 && most <= 32767 ? Int16Array.from(pixels) : pixels;
}
