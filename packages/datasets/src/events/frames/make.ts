/** Frames of recordings, made in two passes, so that memory does not grow with a recording: a short one is kept. */
import type { Events } from '../events.js';
import { countEvents } from './counts.js';
import type { FrameMaker, Frames, Sensor } from './maker.js';
import { joinPolarities } from './polarity.js';
import { resizeFrames } from './resize.js';
import type { FrameSettings } from './settings.js';
import { cut, type Extent, sliceModeNamed } from './slices.js';
import { timeSurface } from './surface.js';
import { scaleValues } from './values.js';

/** A part of a recording that is a sample of its own: events from `from` to before `to`, in microseconds. */
export interface TimeSpan {
  from: number;
  to: number;
}

export const wholeRecording: TimeSpan = { from: -Infinity, to: Infinity };

/** So many events are kept for the second pass, in 26 MB; of more, the recording is read again. */
const mostKept = 2_000_000;

/**
 * Frames of each span of a recording; null of one without events. `read` begins the recording anew at each call, and must
 * bring the same events.
 */
export async function makeFrames(
  read: () => AsyncIterable<Events>,
  sensor: Sensor,
  settings: FrameSettings,
  spans: readonly TimeSpan[] = [wholeRecording],
): Promise<(Frames | null)[]> {
  const extents = spans.map((): Extent => ({ size: 0, first: 0, last: 0 }));
  const kept: Events[] = [];
  let size = 0;
  for await (const events of read()) {
    size += events.size;
    if (size <= mostKept) kept.push(events);
    spans.forEach((span, i) => {
      measure(within(events, span), extents[i] as Extent);
    });
  }
  if (size > mostKept) kept.length = 0;
  const makers = extents.map((extent) => (extent.size === 0 ? null : makerOf(extent, sensor, settings)));
  for await (const events of size <= mostKept ? kept : read()) {
    spans.forEach((span, i) => {
      makers[i]?.add(within(events, span));
    });
  }
  return makers.map((maker) => (maker === null ? null : finishFrames(maker.finish(), settings)));
}

/** Counts, or surfaces, as they were made: in their sizes, polarities and numbers as `settings` have them. */
export function finishFrames(frames: Frames, settings: FrameSettings): Frames {
  const { polarity, surface, values, resize, interpolation } = settings;
  const scaled = scaleValues(joinPolarities(frames, polarity, surface), values);
  return resize === 0 ? scaled : resizeFrames(scaled, { height: resize, width: resize }, interpolation);
}

/** Numbers of a sample before it is resized: 1 GiB of floats. */
const mostNumbers = 2 ** 28;

function makerOf(extent: Extent, sensor: Sensor, settings: FrameSettings): FrameMaker {
  const slices = cut(sliceModeNamed(settings.mode), extent, settings);
  const { height, width } = sensor;
  if (slices.count * height * width * 2 > mostNumbers) {
    throw new RangeError(
      `\`frames\`: ${slices.count} frames of ${width} x ${height} with two polarities do not fit into a gigabyte; take fewer`,
    );
  }
  return settings.surface === 'counts' ? countEvents(slices, sensor) : timeSurface(slices, sensor, settings.tau);
}

function measure({ size, t }: Events, extent: Extent): void {
  if (size === 0) return;
  if (extent.size === 0) extent.first = t[0] as number;
  extent.last = t[size - 1] as number;
  extent.size += size;
}

/** Those of the events that are in a span. Times do not go back, so they lie together. */
function within(events: Events, { from, to }: TimeSpan): Events {
  const { size, t, x, y, p } = events;
  if (size === 0 || ((t[0] as number) >= from && (t[size - 1] as number) < to)) return events;
  const [first, last] = [lowerBound(t, size, from), lowerBound(t, size, to)];
  return {
    size: last - first,
    t: t.subarray(first, last),
    x: x.subarray(first, last),
    y: y.subarray(first, last),
    p: p.subarray(first, last),
  };
}

/** The first of the `size` ascending times that is not before `time`. */
function lowerBound(times: Float64Array, size: number, time: number): number {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
