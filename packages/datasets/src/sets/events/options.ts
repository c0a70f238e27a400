/** The options that data sets of recordings share: how events become frames. */
import { fields, type OptionsOf } from 'kestirme';
import { cacheOptions } from '../../cache/options.js';
import { polarities } from '../../events/frames/polarity.js';
import { interpolations } from '../../events/frames/resize.js';
import type { FrameSettings } from '../../events/frames/settings.js';
import { sliceModeNames } from '../../events/frames/slices.js';
import { valueScales } from '../../events/frames/values.js';

const aDay = 24 * 3600 * 1e6;

export const frameOptions = {
  mode: fields.choice({ choices: sliceModeNames, usual: 'sj-number', help: 'How a recording is cut into frames' }),
  frames: fields.whole({ min: 0, max: 1024, usual: 0, help: 'Frames of a recording; 0: T, one for each time step' }),
  window: fields.whole({
    min: 1,
    max: aDay,
    usual: 100_000,
    help: 'Microseconds of a frame, for sj-duration and tonic-time-window',
  }),
  incomplete: fields.truth({ usual: false, help: 'Keep the last window that is not full, for tonic-time-window' }),
  surface: fields.choice({
    choices: ['counts', 'time-surface'],
    usual: 'counts',
    help: "Numbers of events, or how long ago a pixel's last one was",
  }),
  tau: fields.positive({ max: aDay, usual: 50_000, help: 'Microseconds in which a time surface fades to 1/e' }),
  polarity: fields.choice({
    choices: polarities,
    usual: 'two',
    help: 'Channels: darker and brighter, both as one, or their difference',
  }),
  values: fields.choice({
    choices: valueScales,
    usual: 'as-is',
    help: 'Numbers as counted, 0 or 1, or divided by the largest of the frame or sample',
  }),
  resize: fields.whole({ min: 0, max: 2048, usual: 0, help: "Rows and columns of a frame; 0: the sensor's" }),
  interpolation: fields.choice({
    choices: interpolations,
    usual: 'nearest',
    help: 'How frames are resized: it changes accuracies',
  }),
} as const;

/** Of every data set of recordings, besides its splits. */
export const eventSetOptions = { ...frameOptions, ...cacheOptions } as const;

export type EventSetOptions = OptionsOf<typeof eventSetOptions>;
export type FrameOptions = OptionsOf<typeof frameOptions>;

/** What frames are made by, for a network of `timeSteps`. */
export function frameSettings(options: FrameOptions, timeSteps: number): FrameSettings {
  const { mode, frames, window, incomplete, surface, tau, polarity, values, resize, interpolation } = options;
  return {
    ...{ mode, frames: frames === 0 ? timeSteps : frames, window, incomplete, surface, tau },
    ...{ polarity, values, resize, interpolation },
  };
}
