import { expect, it } from 'vitest';
import type { Events } from '../events.js';
import { makeFrames } from './make.js';
import type { FrameSettings } from './settings.js';

const settings: FrameSettings = {
  mode: 'sj-time',
  frames: 4,
  window: 1,
  incomplete: false,
  surface: 'counts',
  tau: 1,
  polarity: 'merged',
  values: 'as-is',
  resize: 0,
  interpolation: 'nearest',
};
const sensor = { height: 2, width: 3 };

/** Event i at time `first` + i, on the sensor's pixels in turn. */
function run(first: number, size: number): Events {
  const column = (of: (i: number) => number) => Array.from({ length: size }, (_, i) => of(first + i));
  return {
    size,
    t: Float64Array.from(column((i) => i)),
    x: Uint16Array.from(column((i) => i % 3)),
    y: Uint16Array.from(column((i) => Math.floor(i / 3) % 2)),
    p: Uint8Array.from(column((i) => i % 2)),
  };
}

/** A recording of runs, and how often it was read. */
function recording(runs: Events[]) {
  const reading = { passes: 0 };
  const read = async function* () {
    reading.passes++;
    yield* runs;
  };
  return { read, reading };
}

it('makes frames of several spans of a recording at once', async () => {
  const { read, reading } = recording([run(0, 30), run(30, 0), run(30, 50)]);
  const spans = [
    { from: 6, to: 48 },
    { from: 100, to: 200 },
    { from: -Infinity, to: 24 },
  ];
  const [inside, empty, start] = await makeFrames(read, sensor, settings, spans);
  // 42 events of 10 us each, and what is left over; 24 of 5 us each.
  const sums = (pixels: Float32Array) =>
    [0, 1, 2, 3].map((frame) => pixels.subarray(6 * frame, 6 * frame + 6).reduce((sum, value) => sum + value, 0));
  expect(sums(inside?.pixels as Float32Array)).toEqual([10, 10, 10, 12]);
  expect(sums(start?.pixels as Float32Array)).toEqual([5, 5, 5, 9]);
  expect(empty).toBeNull();
  expect(reading.passes).toBe(1);
});

it('reads a long recording a second time, in place of keeping it', async () => {
  const runs = Array.from({ length: 34 }, (_, i) => run(60_000 * i, 60_000));
  const { read, reading } = recording(runs);
  const [frames] = await makeFrames(read, sensor, { ...settings, mode: 'sj-number' });
  expect(reading.passes).toBe(2);
  expect([...(frames?.pixels ?? [])]).toEqual(new Array(24).fill(85_000));
});

it('refuses an event outside the sensor, which would count elsewhere', async () => {
  const { read } = recording([{ ...run(0, 1), x: Uint16Array.of(3) }]);
  await expect(makeFrames(read, sensor, settings)).rejects.toThrow(
    'an event at x 3, y 0 lies outside the sensor of 3 x 2',
  );
});

it('refuses samples that no memory holds', async () => {
  const { read } = recording([run(0, 10)]);
  await expect(makeFrames(read, { height: 8192, width: 8192 }, settings)).rejects.toThrow(
    '`frames`: 4 frames of 8192 x 8192 with two polarities do not fit into a gigabyte; take fewer',
  );
});

it('joins polarities and scales values as the settings say', async () => {
  const { read } = recording([run(0, 24)]);
  const made = async (changes: Partial<FrameSettings>) => [
    ...((await makeFrames(read, sensor, { ...settings, frames: 1, ...changes }))[0]?.pixels ?? []),
  ];
  // Pixels get events in turn, four each; the polarity of an event is that of its number, and 6 is even.
  expect(await made({ polarity: 'two' })).toEqual([4, 0, 0, 4, 4, 0, 0, 4, 4, 0, 0, 4]);
  expect(await made({ polarity: 'signed' })).toEqual([-4, 4, -4, 4, -4, 4]);
  expect(await made({ polarity: 'signed', values: 'binary' })).toEqual([-1, 1, -1, 1, -1, 1]);
  expect(await made({ polarity: 'signed', values: 'sample-max' })).toEqual([-1, 1, -1, 1, -1, 1]);
  const frames = await made({ mode: 'tonic-event-bins', frames: 2, values: 'frame-max', polarity: 'merged' });
  expect(frames).toEqual(new Array(12).fill(1));
  expect(await made({ surface: 'time-surface', tau: 1e9, polarity: 'merged' })).toEqual(new Array(6).fill(1));
});
