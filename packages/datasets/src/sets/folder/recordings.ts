/** Recordings of events in the folders of their classes. */
import { DatasetError } from '../../error.js';
import type { EventFormat } from '../../events/events.js';
import { eventFormatOf } from '../../events/formats/index.js';
import { wholeRecording } from '../../events/frames/make.js';
import type { OpenedDataset } from '../dataset.js';
import { openEventSet } from '../events/open.js';
import { type EventSample, inOrder } from '../events/recordings.js';
import { firstShare, official } from '../events/splits.js';
import { type Family, type FamilyFile, firstBytes } from './family.js';
import type { FolderRequest } from './options.js';

export async function openRecordings(family: Family, request: FolderRequest): Promise<OpenedDataset> {
  const { classNames, files } = family;
  const format = await formatOf(files, request);
  const sensor = sensorOf(format, request);
  const hasParts = files.every(({ part }) => part !== null);
  const { testShare } = request.options;
  // In words that say what was done: there is no other split of this folder.
  const split = hasParts ? 'folders' : `first ${Math.round(100 * (1 - testShare))} % of each class`;
  const dataset = await openEventSet(
    {
      ...{ name: 'folder', classNames, sensor, augment: null },
      splits: { [split]: hasParts ? official : firstShare(1 - testShare) },
      find: async () => inOrder(files.map((file) => sampleOf(file, format, classNames))),
    },
    { ...request, options: { ...request.options, split } },
  );
  return dataset;
}

function sampleOf({ ref, className, part }: FamilyFile, format: EventFormat, classNames: string[]): EventSample {
  const label = classNames.indexOf(className);
  return { ref, format: format.name, span: wholeRecording, label, part, number: null };
}

/** That of the first; others are refused as it reads them. */
async function formatOf(files: readonly FamilyFile[], { dir }: FolderRequest): Promise<EventFormat> {
  const { ref } = files[0] as FamilyFile;
  const format = eventFormatOf(ref.name, await firstBytes(ref.path));
  if (format !== null) return format;
  throw new DatasetError({ file: dir, offset: null }, 'recordings of a known format', `${ref.name}, which is of none`);
}

function sensorOf({ title, usualHeight, usualWidth }: EventFormat, { dir, options }: FolderRequest) {
  const height = options.sensorHeight || usualHeight;
  const width = options.sensorWidth || usualWidth;
  if (height !== null && width !== null) return { height, width };
  throw new DatasetError(
    { file: dir, offset: null },
    'to be told sensorHeight and sensorWidth, in pixels',
    `recordings of ${title}, which cameras of several sizes write`,
  );
}
