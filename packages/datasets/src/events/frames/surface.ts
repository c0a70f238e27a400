import { exponential } from '../../augment/pixels/exactMath.js';
import type { Events } from '../events.js';

import { type FrameMaker, requireOnSensor, type Sensor } from './maker.js';
import type { Slices } from './slices.js';

/**
 * Time surfaces: at the end of each slice, exp(-(age of the pixel's last event) / tau), 0 where there was none; `tau` in
 * microseconds. A slice that is cut by numbers of events ends with its last event. Lagorce et al. 2016, over the whole
 * sensor, as tonic's to_timesurface.
 */
export function timeSurface(slices: Slices, { height, width }: Sensor, tau: number): FrameMaker {
  const length = height * width * 2;
  const pixels = new Float32Array(slices.count * length);
  const lastTimes = new Float64Array(length).fill(-Infinity);
  let [index, next, now] = [0, 0, 0];

  const finishUpTo = (slice: number) => {
    for (; next < slice; next++) {
      const end = slices.endOf(next) ?? now;
      const surface = pixels.subarray(next * length, (next + 1) * length);
      for (let i = 0; i < length; i++) surface[i] = exponential(((lastTimes[i] as number) - end) / tau);
    }
  };
  return {
    add(events: Events) {
      requireOnSensor(events, { height, width });
      const { size, t, x, y, p } = events;
      for (let i = 0; i < size; i++, index++) {
        const slice = slices.of(index, t[i] as number);
        if (slice < 0) continue;
        finishUpTo(slice);
        now = t[i] as number;
        lastTimes[((y[i] as number) * width + (x[i] as number)) * 2 + (p[i] === 0 ? 0 : 1)] = now;
      }
    },
    finish() {
      finishUpTo(slices.count);
      return { pixels, frames: slices.count, height, width, channels: 2 };
    },
  };
}
