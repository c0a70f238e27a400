import type { Sample } from '../../samples/sample.js';
import type { Events } from '../events.js';

/** Frames of floats, [T, height, width, channels]. */
export interface Frames extends Sample {
  pixels: Float32Array;
}

export interface Sensor {
  height: number;
  width: number;
}

/** Takes the events of a recording, run by run, and makes frames of two channels of them: darker, brighter. */
export interface FrameMaker {
  add(events: Events): void;
  finish(): Frames;
}

/** An event beyond would count in another place. @throws RangeError naming the first. */
export function requireOnSensor({ size, x, y }: Events, { height, width }: Sensor): void {
  for (let i = 0; i < size; i++) {
    if ((x[i] as number) < width && (y[i] as number) < height) continue;
    throw new RangeError(`an event at x ${x[i]}, y ${y[i]} lies outside the sensor of ${width} x ${height}`);
  }
}
