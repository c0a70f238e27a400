/** What the axes of an array of images mean, and its numbers as a data set has them. */
import { DatasetError } from '../error.js';
import type { ArrayFile } from '../formats/arrayFiles.js';
import { toChannelsLast } from '../formats/axes.js';
import { numbersOf } from '../formats/npyData.js';

export type ChannelAxis = 'auto' | 'first' | 'last';

/** Of one sample. */
export interface SampleShape {
  height: number;
  width: number;
  channels: number;
  /** Undefined: it is an image. */
  frames?: number;
  /** In the file: channels before rows. */
  channelsFirst: boolean;
}

/**
 * [N, H, W], [N, H, W, C] or [N, C, H, W]; of frames [N, T, H, W, C] or [N, T, C, H, W]. 'auto': the last axis is that of
 * channels, unless it is longer than 4 and the other one is not.
 */
export function shapeOf({ file, header: { shape } }: ArrayFile, axis: ChannelAxis): SampleShape {
  const sizes = shape.slice(1);
  if (sizes.length < 2 || sizes.length > 4 || sizes.includes(0)) {
    const shapes = 'images [N, H, W] or [N, H, W, C], or frames [N, T, H, W, C]';
    throw new DatasetError({ file, offset: null }, shapes, `the shape [${shape.slice(0, 9).join(', ')}]`);
  }
  if (sizes.length === 2) {
    const [height, width] = sizes as [number, number];
    return { height, width, channels: 1, channelsFirst: false };
  }
  const [a, b, c] = sizes.slice(-3) as [number, number, number];
  const channelsFirst = axis === 'auto' ? c > 4 && a <= 4 : axis === 'first';
  const frames = sizes.length === 4 ? { frames: sizes[0] as number } : {};
  return channelsFirst
    ? { height: b, width: c, channels: a, channelsFirst, ...frames }
    : { height: a, width: b, channels: c, channelsFirst, ...frames };
}

/** Whether samples stay floats: frames of other numbers than bytes. Images become bytes. */
export function isFloats({ header }: ArrayFile, { frames }: SampleShape): boolean {
  return frames !== undefined && header.dtype !== 'uint8' && header.dtype !== 'bool';
}

/** Puts a row of the file, number `position` of it, to `to`, channels last. Floats of images, 0 to 1, become bytes. */
export function putSample(
  { file, header }: ArrayFile,
  shape: SampleShape,
  row: Uint8Array,
  position: number,
  to: Uint8Array | Float32Array,
): void {
  // A copy: its numbers are at no odd address, and may be turned.
  const numbers = numbersOf(row.slice(), header);
  const { frames = 1 } = shape;
  const value = valueFor(header.dtype, to, (found) => {
    const expected = `image ${position} to have bytes, or numbers from 0 to 1`;
    return new DatasetError({ file, offset: null }, expected, String(found));
  });
  const put = (found: number | bigint) => value(Number(found));
  if (shape.channelsFirst) toChannelsLast(numbers as ArrayLike<number | bigint>, { ...shape, frames }, to, put);
  else for (let i = 0; i < to.length; i++) to[i] = put(numbers[i] as number | bigint);
}

/** How a number of the file becomes one of the data set. */
function valueFor(
  dtype: string,
  to: Uint8Array | Float32Array,
  refuse: (found: number) => DatasetError,
): (found: number) => number {
  if (to instanceof Float32Array || dtype === 'uint8') return (found) => found;
  if (dtype === 'bool') return (found) => 255 * found;
  const isWhole = !dtype.startsWith('float');
  const most = isWhole ? 255 : 1;
  return (found) => {
    if (!(found >= 0 && found <= most)) throw refuse(found);
    return isWhole ? found : Math.round(255 * found);
  };
}
