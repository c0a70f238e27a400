/** The folders that SpikingJelly makes of a data set beside its own files: events and frames of it, by class. */
import { frameArchive } from '../../events/frames/frameArchive.js';
import type { FrameSettings } from '../../events/frames/settings.js';
import type { Reading } from './recordings.js';

/** Name of the format of `events_np`. */
const eventArchive = 'spikingjelly';

/** `frames_number_10_split_by_number`, `duration_1000`: what such settings make there; null: it has no name for them. */
export function framesFolder({ mode, frames, window, surface }: FrameSettings): string | null {
  if (surface !== 'counts') return null;
  if (mode === 'sj-number') return `frames_number_${frames}_split_by_number`;
  if (mode === 'sj-time') return `frames_number_${frames}_split_by_time`;
  return mode === 'sj-duration' ? `duration_${window}` : null;
}

/**
 * Readings of `events_np`, and of the frames that have been made by the same settings. `classFolders`: by label.
 * `hasParts`: its folders of classes are in train and test; of a set without them, SpikingJelly's TEBN split puts links to
 * the same files into such folders, which are passed by.
 */
export function spikingJellyReadings(
  settings: FrameSettings,
  classFolders: readonly string[],
  hasParts: boolean,
  numberOf: (name: string) => number | null,
): Reading[] {
  const below = (folder: string, format: string): Reading => {
    const parts = hasParts ? '(train|test)/' : '()';
    const pattern = new RegExp(`(?:^|/)${folder}/${parts}([^/]+)/([^/]+)\\.npz$`);
    return (name) => {
      const [, part, folderName, base] = pattern.exec(name) ?? [];
      const label = classFolders.indexOf(folderName ?? '');
      if (base === undefined || label < 0) return null;
      // Of a duration, names end with how many frames there are.
      const own = folder.startsWith('duration_') ? base.replace(/_\d+$/, '') : base;
      return { format, label, part: part === 'train' || part === 'test' ? part : null, number: numberOf(own) };
    };
  };
  const folder = framesFolder(settings);
  return [below('events_np', eventArchive), ...(folder === null ? [] : [below(folder, frameArchive)])];
}
