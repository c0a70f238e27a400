/** SpikingJelly's caches of frames: .npz files with an array `frames`, [T, 2, height, width], 64-bit floats as a rule. */
import { DatasetError } from '../../error.js';
import { toChannelsLast } from '../../formats/axes.js';
import { readNpz } from '../../formats/npz.js';
import type { ByteStream } from '../events.js';
import { finishFrames } from './make.js';
import type { Frames, Sensor } from './maker.js';
import type { FrameSettings } from './settings.js';

/** Stands where the name of an event format does. */
export const frameArchive = 'spikingjelly-frames';

/** 1,000 frames of a megapixel sensor in 64 bits would be 14 GiB: a file that has more than this is damaged or hostile. */
const mostBytes = 1024 ** 3;

/** @throws DatasetError when the file holds no frames, or of another sensor, or fewer or more than `settings.frames`. */
export async function framesOfArchive(stream: ByteStream, sensor: Sensor, settings: FrameSettings): Promise<Frames> {
  const file = stream.name;
  const parts: Uint8Array[] = [];
  for await (const part of stream.chunks()) parts.push(part);
  const arrays = await readNpz(Buffer.concat(parts), file, { only: ['frames'], mostBytes });
  const array = arrays.get('frames');
  const { height, width } = sensor;
  const frames = settings.frames;
  const expected = `an array 'frames' of [${frames}, 2, ${height}, ${width}]`;
  if (array === undefined) throw new DatasetError({ file, offset: null }, expected, 'none of that name');
  const [count, ...rest] = array.shape;
  const isDuration = settings.mode === 'sj-duration';
  if (rest.join() !== `2,${height},${width}` || count === undefined || (count !== frames && !isDuration)) {
    throw new DatasetError({ file, offset: null }, expected, `[${array.shape.join(', ')}]`);
  }
  // Of a duration, recordings have as many as they last: the first T, and frames without events for those that lack.
  const sizes = { frames, height, width, channels: 2 };
  const pixels = new Float32Array(frames * height * width * 2);
  toChannelsLast(
    array.data as ArrayLike<number | bigint>,
    { ...sizes, frames: Math.min(count, frames) },
    pixels,
    Number,
  );
  const odd = pixels.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw new DatasetError({ file, offset: null }, "finite numbers in 'frames'", `${pixels[odd]}`);
  return finishFrames({ ...sizes, pixels }, settings);
}
