/** Frames as .npy files, [T, height, width, channels], in the smallest type that holds them exactly. */
import { DatasetError } from '../../error.js';
import { parseNpy } from '../../formats/npy.js';
import type { Frames } from './maker.js';

export function encodeFrames({ pixels, frames, height, width, channels }: Frames): Uint8Array {
  const { descr, data } = smallest(pixels);
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${[frames, height, width, channels].join(', ')}), }`;
  // Magic, version and length are 10 bytes; the header is padded so that numbers begin at a multiple of 64.
  const padded = `${text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11)}\n`;
  const start = 10 + padded.length;
  const bytes = new Uint8Array(start + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(new TextEncoder().encode(padded), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return bytes;
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

function smallest(pixels: Float32Array): { descr: string; data: Uint8Array | Int16Array | Float32Array } {
  let [least, most, isWhole] = [0, 0, true];
  for (const value of pixels) {
    if (value < least) least = value;
    if (value > most) most = value;
    if (!Number.isInteger(value)) isWhole = false;
  }
  if (isWhole && least >= 0 && most <= 255) return { descr: '|u1', data: Uint8Array.from(pixels) };
  if (isWhole && least >= -32768 && most <= 32767) return { descr: '<i2', data: Int16Array.from(pixels) };
  return { descr: '<f4', data: pixels };
}
