import type { Sample } from '../../samples/sample.js';

/** A step that counts in bytes was given others. */
export function bytesOf({ pixels }: Sample): Uint8Array {
  if (pixels instanceof Uint8Array) return pixels;
  throw new TypeError('this step changes bytes, and the samples are floats');
}

export const numbersOfFrame = ({ height, width, channels }: Sample): number => height * width * channels;

/** The bytes of each frame by itself, as an image. */
export function* frames(sample: Sample): Generator<Uint8Array> {
  const [bytes, size] = [bytesOf(sample), numbersOfFrame(sample)];
  for (let frame = 0; frame < sample.frames; frame++) yield bytes.subarray(frame * size, (frame + 1) * size);
}
