import type { Polarity } from './polarity.js';
import type { Interpolation } from './resize.js';
import type { ValueScale } from './values.js';

/** All that frames depend on besides the recording: a cache knows them by these. */
export interface FrameSettings {
  /** One of `sliceModes`. */
  mode: string;
  /** T. */
  frames: number;
  /** Microseconds of a slice, in the modes of a window. */
  window: number;
  /** Keeps the last window, which the recording does not fill; of `tonic-time-window`. */
  incomplete: boolean;
  surface: 'counts' | 'time-surface';
  /** Of time surfaces: microseconds in which a pixel fades to 1/e. */
  tau: number;
  polarity: Polarity;
  values: ValueScale;
  /** Rows and columns of the frames; 0: the sensor's. */
  resize: number;
  interpolation: Interpolation;
}
