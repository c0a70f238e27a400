/** Cuts of a recording into slices, each of which becomes a frame: exactly as SpikingJelly and tonic cut. */

/** What a cut has to know of a recording: found by one pass over it, so that a second one can fill the frames. */
export interface Extent {
  /** Events. */
  size: number;
  /** Times of the first and the last event, in microseconds. */
  first: number;
  last: number;
}

export interface SliceSettings {
  /** T; null: as many as the recording has, which only the modes of a window know by themselves. */
  frames: number | null;
  /** Of a slice, in microseconds: for the modes that say so. */
  window: number;
  /** Keeps the last window, which the recording does not fill; of `tonic-time-window` only. */
  incomplete: boolean;
}

export interface Slices {
  count: number;
  /** The slice of event number `index` at time `t`; -1: it is left out. */
  of(index: number, t: number): number;
  /** The time at which a slice ends, in microseconds; null: it ends with an event, not at a time. */
  endOf(slice: number): number | null;
}

export interface SliceMode {
  name: string;
  help: string;
  /** Whose frames these are, to the last event. */
  parity: string;
  /** It has slices of `window` microseconds, and a recording has as many as it lasts. */
  ofWindow: boolean;
  cut(extent: Extent, settings: SliceSettings): Slices;
}

/** Where SpikingJelly throws (a slice without events), here is an empty frame. */
const byNumber: SliceMode = {
  name: 'sj-number',
  help: 'T slices of equally many events, the last has what is left over',
  parity: 'SpikingJelly, frames_number, split_by number',
  ofWindow: false,
  cut({ size }, settings) {
    const count = required(settings);
    const each = Math.floor(size / count);
    const last = count - 1;
    return {
      count,
      of: (index) => (each === 0 ? last : Math.min(last, Math.floor(index / each))),
      endOf: () => null,
    };
  },
};

const byTime: SliceMode = {
  name: 'sj-time',
  help: 'T slices of equal time, the last goes on to the end',
  parity: 'SpikingJelly, frames_number, split_by time',
  ofWindow: false,
  cut({ first, last }, settings) {
    const count = required(settings);
    const each = Math.floor((last - first) / count);
    const final = count - 1;
    return {
      count,
      of: (_, t) => (each === 0 ? final : Math.min(final, Math.floor((t - first) / each))),
      endOf: (slice) => (slice === final ? last : first + (slice + 1) * each),
    };
  },
};

const byDuration: SliceMode = {
  name: 'sj-duration',
  help: 'slices of `window` microseconds, the last has the tail as well',
  parity: 'SpikingJelly, duration',
  ofWindow: true,
  cut({ first, last }, { window }) {
    const count = Math.max(1, Math.ceil((last - first) / window));
    return {
      count,
      of: (_, t) => Math.min(count - 1, Math.floor((t - first) / window)),
      endOf: (slice) => first + (slice + 1) * window,
    };
  },
};

const byTimeBins: SliceMode = {
  name: 'tonic-time-bins',
  help: 'T slices of equal time, what comes after the last is left out',
  parity: 'tonic, to_frame with n_time_bins',
  ofWindow: false,
  cut({ first, last }, settings) {
    const count = required(settings);
    const each = Math.floor((last - first) / count);
    return {
      count,
      of: (_, t) => (each === 0 ? -1 : within(Math.floor((t - first) / each), count)),
      endOf: (slice) => first + (slice + 1) * each,
    };
  },
};

const byEventBins: SliceMode = {
  name: 'tonic-event-bins',
  help: 'T slices of equally many events, what is left over is left out',
  parity: 'tonic, to_frame with n_event_bins',
  ofWindow: false,
  cut({ size }, settings) {
    const count = required(settings);
    const each = Math.floor(size / count);
    return {
      count,
      of: (index) => (each === 0 ? -1 : within(Math.floor(index / each), count)),
      endOf: () => null,
    };
  },
};

const byTimeWindow: SliceMode = {
  name: 'tonic-time-window',
  help: 'slices of `window` microseconds, one that the recording does not fill is left out unless `incomplete`',
  parity: 'tonic, to_frame with time_window',
  ofWindow: true,
  cut({ first, last }, { window, incomplete }) {
    const windows = (last - first - window) / window;
    const count = Math.max(1, (incomplete ? Math.ceil(windows) : Math.floor(windows)) + 1);
    return {
      count,
      of: (_, t) => within(Math.floor((t - first) / window), count),
      endOf: (slice) => first + (slice + 1) * window,
    };
  },
};

export const sliceModes = [byNumber, byTime, byDuration, byTimeBins, byEventBins, byTimeWindow] as const;

export const sliceModeNames: readonly string[] = sliceModes.map(({ name }) => name);

/** @throws RangeError for a name that is not one of `sliceModes`. */
export function sliceModeNamed(name: string): SliceMode {
  const mode = sliceModes.find((one) => one.name === name);
  if (mode === undefined) throw new RangeError(`\`mode\` must be one of ${sliceModeNames.join(', ')}, got '${name}'`);
  return mode;
}

/**
 * The slices of a recording, for T frames where `frames` says so: a mode of a window has its first T, and for those that
 * a shorter recording lacks, slices without events.
 */
export function cut(mode: SliceMode, extent: Extent, settings: SliceSettings): Slices {
  const slices = mode.cut(extent, settings);
  const { frames } = settings;
  if (frames === null || frames === slices.count) return slices;
  return { ...slices, count: frames, of: (index, t) => within(slices.of(index, t), frames) };
}

const within = (slice: number, count: number): number => (slice < count ? slice : -1);

function required({ frames }: SliceSettings): number {
  if (frames === null) throw new RangeError('`frames` must say how many: this mode cuts a recording into that many');
  return frames;
}
