/** Data sets of images in class folders: what their kinds share. */
import type { Steps } from '../augment/index.js';
import { cacheFolder } from '../cache/folder.js';
import { DatasetError } from '../error.js';
import type { DataFile } from '../formats/fileHash.js';
import { type Corrupt, corruptImages } from '../images/corruptImages.js';
import type { Filter } from '../images/filters.js';
import type { ImageFilesSource } from '../images/imageFiles.js';
import { packNames } from '../images/names.js';
import { stampsOf } from '../images/stamps.js';
import { allocate } from '../memory.js';
import type { OpenedDataset, Skipped, SourceSplit } from './dataset.js';
import type { OpenRequest } from './kind.js';
import { listedFiles } from './listedFiles.js';
import { atPlaces, chooseParts, type Part } from './parts.js';

export interface ImageSettings {
  /** Height and width of what the network sees, in pixels. */
  side: number;
  /** Of the shorter side of test images, before their middle is cut out, in pixels; 0: 8/7 of `side`. */
  testSide: number;
  /** The same of training images, before they are augmented; 0: they are read as large as they are. */
  trainSide: number;
  filter: Exclude<Filter, 'box'>;
  /** For decoded images on the disk; 0: none are kept. */
  cacheGigabytes: number;
}

/** Images and their classes. */
export interface Listed {
  /** Of the files, below `dir`, with slashes. */
  names: string[];
  labels: number[];
}

export interface ListedFolders {
  dir: string;
  classes: string[];
  train: Listed;
  test: Listed;
  /** How the parts were made, where that was left to this program. */
  split?: string;
  /** Left out already. */
  skipped: Skipped[];
}

/** Of ImageNet, which most networks of photographs are trained with. */
const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];

/** Images are read when they are needed; before, no more than their sizes, unless corrupt ones are to be skipped. */
export async function openListed(
  name: string,
  listed: ListedFolders,
  given: ImageSettings,
  request: Omit<OpenRequest<unknown>, 'dir' | 'options'>,
): Promise<OpenedDataset> {
  const settings = { ...given, testSide: given.testSide || Math.round((given.side * 8) / 7) };
  const { dir, classes } = listed;
  const names = { train: listed.train.names, test: listed.test.names };
  const labels = { train: listed.train.labels, test: listed.test.labels };
  const places = chooseParts(labels, classes.length, request);
  const partOf = (part: Part): Listed => ({
    names: atPlaces(names, places[part]),
    labels: atPlaces(labels, places[part]),
  });
  const train = await partOfFiles('train', dir, partOf('train'), settings.trainSide, settings, request);
  const test = await partOfFiles('test', dir, partOf('test'), settings.testSide, settings, request);
  const { side, testSide, filter } = settings;
  return {
    info: {
      ...{ name, channels: 3, height: side, width: side, classes: classes.length, classNames: classes },
      ...{ trainSize: train.split.size, testSize: test.split.size, mean, std },
    },
    ...{ train: train.split, test: test.split, augment: usualSteps(settings) },
    prepare: [
      { kind: 'resize-shorter', side: testSide, filter },
      { kind: 'centre-crop', height: side, width: side },
    ],
    files: [train.file, test.file],
    ...(listed.split === undefined ? {} : { split: listed.split }),
    skipped: [...listed.skipped, ...train.skipped, ...test.skipped],
  };
}

/** What ImageNet's networks are trained with. */
function usualSteps({ side, filter }: ImageSettings): Steps {
  return [{ kind: 'random-resized-crop', size: side, least: 0.08, most: 1, ratio: 4 / 3, filter }, { kind: 'flip' }];
}

async function partOfFiles(
  part: Part,
  dir: string,
  listed: Listed,
  shorter: number,
  { filter, cacheGigabytes }: ImageSettings,
  { cacheDir, skipCorrupt = false, signal, onProgress }: Omit<OpenRequest<unknown>, 'dir' | 'options'>,
): Promise<{ split: SourceSplit; file: DataFile; skipped: Skipped[] }> {
  const total = listed.names.length;
  const report = (what: string) => (done: number) => onProgress?.({ what: `${what} of ${part} images`, done, total });
  const stamps = await stampsOf(dir, listed.names, { signal, onDone: report('looking at files') });
  const folder = cacheFolder(cacheDir);
  const cache = cacheGigabytes === 0 ? null : { folder, bytes: cacheGigabytes * 1e9 };
  const sourceOf = (names: readonly string[]): ImageFilesSource => ({
    ...{ kind: 'image-files', folder: dir, names: packNames(names), shorter, filter, cache },
  });
  const corrupt: Corrupt = skipCorrupt
    ? await corruptImages(sourceOf(listed.names), {
        ...{ cacheDir: folder, stamps, signal, onDone: report('checking') },
      })
    : new Map();
  const isSound = (_: unknown, i: number) => !corrupt.has(i);
  const names = listed.names.filter(isSound);
  if (names.length === 0) {
    throw new DatasetError({ file: dir, offset: null }, `${part} images that can be read`, 'none');
  }
  const labels = new Int32Array(allocate(names.length * Int32Array.BYTES_PER_ELEMENT));
  labels.set(listed.labels.filter(isSound));
  return {
    split: { source: sourceOf(names), labels, size: names.length },
    file: await listedFiles(`${part} images`, { dir, names, classes: labels, stamps: stamps.filter(isSound) }),
    skipped: [...corrupt.values()],
  };
}
