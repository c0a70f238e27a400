/** Recordings of one's own, a folder for each class, below train and test or without such parts. */
import { resolve } from 'node:path';
import { fields, type OptionsOf, plain } from 'kestirme';
import { byCodePoints } from '../../byCodePoints.js';
import { DatasetError } from '../../error.js';
import type { EventFormat } from '../../events/events.js';
import { FileOpener, type FileRef, firstBytes, listFiles } from '../../events/files/files.js';
import { eventFormatOf, eventFormats } from '../../events/formats/index.js';
import { wholeRecording } from '../../events/frames/make.js';
import type { Sensor } from '../../events/frames/maker.js';
import type { OpenedDataset } from '../dataset.js';
import { datasetKind, type OpenRequest } from '../kind.js';
import { partNamed } from '../partFolders.js';
import type { Part } from '../parts.js';
import { openEventSet } from './open.js';
import { eventSetOptions } from './options.js';
import { baseName, type EventSample, inOrder } from './recordings.js';
import { firstShare, official } from './splits.js';

const splits = { folders: official, 'first-0.9': firstShare(0.9), 'first-0.8': firstShare(0.8) };

const options = {
  ...eventSetOptions,
  width: fields.whole({ min: 0, max: 16384, usual: 0, help: "Columns of the sensor; 0: the format's usual ones" }),
  height: fields.whole({ min: 0, max: 16384, usual: 0, help: "Rows of the sensor; 0: the format's usual ones" }),
  split: fields.choice({
    choices: ['auto', 'folders', 'first-0.9', 'first-0.8'],
    usual: 'auto',
    help: 'Folders train and test where there are such, else the first 90 % of each class by name',
  }),
};

export const ownRecordings = datasetKind({
  name: 'events',
  help: 'Recordings of your own: DIR/CLASS/FILE, or DIR/train/CLASS/FILE and DIR/test/CLASS/FILE',
  paper: 'none',
  confidence: 'high',
  parity: 'classes in order of names, as torchvision DatasetFolder',
  source: 'DIR',
  options,
  open: (request) => openOwnRecordings(request),
});

/** `listed`: all files below the folder, where they have been listed already. */
export async function openOwnRecordings(
  request: OpenRequest<OptionsOf<typeof options>>,
  listed?: readonly FileRef[],
): Promise<OpenedDataset> {
  const dir = resolve(request.dir);
  const files = recordingsAmong(listed ?? (await listFiles(dir)));
  if (files.length === 0) {
    const extensions = [...new Set(eventFormats.flatMap((one) => one.extensions))].join(', ');
    throw new DatasetError(
      { file: dir, offset: null },
      `recordings (${extensions}) in a folder for each class`,
      'none',
    );
  }
  const formats = await formatsOf(files);
  const classNames = [...new Set(files.map(({ className }) => className))].sort(byCodePoints);
  if (classNames.length < 2) {
    throw new DatasetError({ file: dir, offset: null }, 'folders of two classes or more', `one, ${classNames[0]}`);
  }
  const samples = files.map(({ ref, className, part, extension }): EventSample => {
    const { name } = formats.get(extension) as EventFormat;
    const label = classNames.indexOf(className);
    return { ref, format: name, span: wholeRecording, name: baseName(ref), label, part, number: null };
  });
  const { width, height, split, ...rest } = request.options;
  const parted = samples.every(({ part }) => part !== null) ? 'folders' : 'first-0.9';
  return openEventSet(
    {
      name: 'events',
      classNames,
      sensor: sensorOf({ width, height }, [...formats.values()]),
      splits,
      augment: null,
      find: async () => inOrder(samples),
    },
    { ...request, options: { ...rest, split: split === 'auto' ? parted : split } },
  );
}

interface OwnRecording {
  ref: FileRef;
  className: string;
  part: Part | null;
  /** With the dot. */
  extension: string;
}

function recordingsAmong(files: readonly FileRef[]): OwnRecording[] {
  const known = new Set(eventFormats.flatMap(({ extensions }) => extensions));
  return files.flatMap((ref): OwnRecording[] => {
    const folders = ref.name.split('/');
    const extension = /\.[^.]+$/.exec(folders.pop() as string)?.[0]?.toLowerCase() ?? '';
    const className = folders.pop();
    if (className === undefined || !known.has(extension)) return [];
    return [{ ref, className, part: partNamed(folders.at(-1)), extension }];
  });
}

/** By extension: one file of each is looked into. */
async function formatsOf(files: readonly OwnRecording[]): Promise<Map<string, EventFormat>> {
  const formats = new Map<string, EventFormat>();
  const opener = new FileOpener();
  for (const { ref, extension } of files) {
    if (formats.has(extension)) continue;
    const format = eventFormatOf(ref.name, await firstBytes(await opener.open(ref)));
    if (format === null) {
      const expected = `a recording of a format with the ending ${extension}`;
      throw new DatasetError({ file: ref.name, offset: 0 }, expected, 'another content');
    }
    formats.set(extension, format);
  }
  return formats;
}

function sensorOf(given: Sensor, formats: readonly EventFormat[]): Sensor {
  const side = (name: 'width' | 'height', usual: 'usualWidth' | 'usualHeight') => {
    const sides = new Set(given[name] === 0 ? formats.map((format) => format[usual]) : [given[name]]);
    const [only] = sides;
    if (sides.size === 1 && typeof only === 'number') return only;
    const names = formats.map((format) => format.name).join(', ');
    throw new RangeError(
      `the sensor of these recordings (${plain.excerpt(names)}) is not known: give its \`width\` and \`height\` as options`,
    );
  };
  return { width: side('width', 'usualWidth'), height: side('height', 'usualHeight') };
}
