import type { Events } from '../events.js';
import { type FrameMaker, requireOnSensor, type Sensor } from './maker.js';
import type { Slices } from './slices.js';

/** Counts of events: the frames of SpikingJelly and tonic. */
export function countEvents(slices: Slices, { height, width }: Sensor): FrameMaker {
  const pixels = new Float32Array(slices.count * height * width * 2);
  let index = 0;
  return {
    add(events: Events) {
      requireOnSensor(events, { height, width });
      const { size, t, x, y, p } = events;
      for (let i = 0; i < size; i++, index++) {
        const slice = slices.of(index, t[i] as number);
        if (slice < 0) continue;
        const at = ((slice * height + (y[i] as number)) * width + (x[i] as number)) * 2 + (p[i] === 0 ? 0 : 1);
        pixels[at] = (pixels[at] as number) + 1;
      }
    },
    finish: () => ({ pixels, frames: slices.count, height, width, channels: 2 }),
  };
}
