/** Frames as SpikingJelly, tonic and torchvision make them: test/golden/make_frames.py. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EventFormat, Events } from '../events.js';
import { fileStream } from '../fileStream.js';
import { eventFormats } from '../formats/index.js';
import { countEvents } from './counts.js';
import type { Frames, Sensor } from './maker.js';
import { type Interpolation, resizeFrames } from './resize.js';
import { cut, type SliceSettings, sliceModeNamed } from './slices.js';
import { timeSurface } from './surface.js';

const repository = join(import.meta.dirname, '../../../../..');
const goldenFolder = join(repository, 'test/golden');
const golden = (name: string) => JSON.parse(readFileSync(join(goldenFolder, name), 'utf8'));
const data = join(process.env.KESTIRME_TEST_DATA ?? join(repository, '../shared/data'), 'events');

type Columns = Record<'t' | 'x' | 'y' | 'p', number[]>;
type Case = { mode: string; shape: number[] | null; values?: number[]; sha256?: string } & Partial<SliceSettings>;
type Recording = Columns & Sensor & { name: string; cases: Case[] };

const eventsOf = ({ t, x, y, p }: Columns): Events => ({
  size: t.length,
  t: Float64Array.from(t),
  x: Uint16Array.from(x),
  y: Uint16Array.from(y),
  p: Uint8Array.from(p),
});

function slicesOf(events: Events, { mode, frames = null, window = 0, incomplete = false }: Case) {
  const extent = { size: events.size, first: events.t[0] as number, last: events.t[events.size - 1] as number };
  return cut(sliceModeNamed(mode), extent, { frames, window, incomplete });
}

function count(events: Events, sensor: Sensor, one: Case): Frames {
  const maker = countEvents(slicesOf(events, one), sensor);
  // In two runs, as a reader gives them.
  const half = events.size >> 1;
  for (const [from, to] of [[0, half] as const, [half, events.size] as const]) {
    const part = <A extends { subarray(from: number, to: number): A }>(column: A) => column.subarray(from, to);
    const { t, x, y, p } = events;
    maker.add({ size: to - from, t: part(t), x: part(x), y: part(y), p: part(p) });
  }
  return maker.finish();
}

const { recordings, surface, resized, downsampled, ...rest } = golden('frames.json');
const files: RecordedFile[] = rest.files;
const resizedCases: ({ interpolation: Interpolation; values: number[] } & Sensor)[] = resized.cases;
const cases = (recordings as Recording[]).flatMap((recording) => recording.cases.map((one) => ({ recording, one })));
const named = cases.map(({ recording, one: { values, shape, ...settings } }, i) => ({
  ...{ name: `${settings.mode} of '${recording.name}', ${JSON.stringify(settings)}`, i },
}));

it.each(named)('$name', ({ i }) => {
  const { recording, one } = cases[i] as (typeof cases)[number];
  const made = count(eventsOf(recording), recording, one);
  // SpikingJelly throws where a slice has no event, and of a recording of no duration: empty frames then.
  if (one.shape === null) {
    expect(made.pixels.reduce((sum, value) => sum + value, 0)).toBe(recording.t.length);
    return;
  }
  expect([made.frames, made.height, made.width, made.channels]).toEqual(one.shape);
  expect([...made.pixels]).toEqual(one.values);
});

it("makes time surfaces as tonic does, to a 32-bit float's precision", () => {
  const events = eventsOf(surface);
  const maker = timeSurface(
    slicesOf(events, { mode: 'tonic-time-window', shape: null, window: surface.window }),
    surface,
    surface.tau,
  );
  maker.add(events);
  const { pixels } = maker.finish();
  expect([...pixels]).toEqual(Array.from(surface.values as number[], Math.fround));
});

it.each(resizedCases)(
  'resizes by $interpolation to $height x $width as torch does',
  ({ interpolation, values, height, width }) => {
    const frames = { pixels: Float32Array.from(resized.values), frames: 2, channels: 2 };
    const made = resizeFrames(
      { ...frames, height: resized.height, width: resized.width },
      { height, width },
      interpolation,
    );
    expect(made.pixels.length).toBe(values.length);
    const most = made.pixels.reduce((most, value, i) => Math.max(most, Math.abs(value - (values[i] as number))), 0);
    // torch has positions and sums of 32 bits; of `nearest` nothing is summed.
    expect(most).toBeLessThanOrEqual(interpolation === 'nearest' ? 0 : 4e-6);
  },
);

it("resizes by sum as tonic's Downsample moves events", () => {
  const made = count(eventsOf(downsampled), downsampled, { mode: 'tonic-event-bins', frames: 2, shape: null });
  expect([...resizeFrames(made, downsampled.to, 'sum').pixels]).toEqual(downsampled.values);
});

/** A recording as SpikingJelly or tonic itself reads it. */
interface RecordedFile extends Sensor {
  file: string;
  format: string;
  events: number;
  cases: Case[];
}

async function compareFrames(folder: string, { file, format, events, cases, ...sensor }: RecordedFile) {
  const { read } = eventFormats.find(({ name }) => name === format) as EventFormat;
  const columns: Columns = { t: [], x: [], y: [], p: [] };
  for await (const run of read(await fileStream(join(folder, file)), sensor)) {
    for (const name of ['t', 'x', 'y', 'p'] as const) columns[name].push(...run[name].subarray(0, run.size));
  }
  expect(columns.t).toHaveLength(events);
  for (const one of cases) {
    const made = count(eventsOf(columns), sensor, one);
    expect([made.frames, made.height, made.width, made.channels], one.mode).toEqual(one.shape);
    const bytes = new Uint8Array(made.pixels.buffer);
    expect(createHash('sha256').update(bytes).digest('hex'), JSON.stringify(one)).toBe(one.sha256);
  }
}

it.each(files)('makes the same frames of $file', (one) => compareFrames(join(goldenFolder, 'events'), one));

describe.skipIf(!existsSync(data))('of recordings of shared data (skipped where there are none)', () => {
  it.each(golden('frames-real.json') as RecordedFile[])('makes the same frames of $file', (one) =>
    compareFrames(data, one),
  );
});
