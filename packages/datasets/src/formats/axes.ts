/** Sizes of frames, [frames, height, width, channels] or with the channels before the rows. */
interface Sizes {
  frames: number;
  height: number;
  width: number;
  channels: number;
}

/** Puts [frames, channels, height, width] to `to`, [frames, height, width, channels]; `value` makes a number of each. */
export function toChannelsLast<T>(
  from: ArrayLike<T>,
  { frames, height, width, channels }: Sizes,
  to: Uint8Array | Float32Array,
  value: (found: T) => number,
): void {
  const plane = height * width;
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * plane * channels;
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < plane; i++) to[start + i * channels + c] = value(from[start + c * plane + i] as T);
    }
  }
}
