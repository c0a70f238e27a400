/** One image of a batch as a page can show it. */
import type { Picture } from '@kestirme/dashboard';
import type { Batch, DataInfo } from 'kestirme';

/** Larger images are shown by every second, third, ... pixel. */
const LARGEST = 64;

export type ImageShape = Pick<DataInfo, 'height' | 'width' | 'channels' | 'frames'>;

/** Image `at` of the batch; of frames, the first. Floats are spread over 0 to 255. */
export function pictureOf({ images }: Pick<Batch, 'images'>, at: number, shape: ImageShape): Picture {
  const { height, width, channels, frames = 1 } = shape;
  const size = height * width * channels;
  const values = images.subarray(at * frames * size, at * frames * size + size);
  const every = Math.max(1, Math.ceil(Math.max(height, width) / LARGEST));
  const [rows, columns] = [Math.ceil(height / every), Math.ceil(width / every)];
  const byte = values instanceof Uint8Array ? (value: number) => value : spreading(values);
  const bytes = new Uint8Array(rows * columns * channels);
  let to = 0;
  for (let row = 0; row < height; row += every) {
    for (let column = 0; column < width; column += every) {
      const from = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel++) bytes[to++] = byte(values[from + channel] as number);
    }
  }
  return { height: rows, width: columns, channels, pixels: Buffer.from(bytes).toString('base64') };
}

function spreading(values: Float32Array): (value: number) => number {
  let [low, high] = [0, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const range = high - low;
  return (value) => (range === 0 ? 0 : Math.round((255 * (value - low)) / range));
}
