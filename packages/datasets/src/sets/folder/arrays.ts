/** Arrays of NumPy in the folders of their classes: read when they are needed. */
import { join } from 'node:path';
import { DatasetError } from '../../error.js';
import type { DataFile } from '../../formats/fileHash.js';
import { packNames } from '../../images/names.js';
import { stampsOf } from '../../images/stamps.js';
import { type Layout, readArrayFile } from '../../samples/arrayFiles.js';
import type { Sample } from '../../samples/sample.js';
import type { OpenedDataset, Skipped, SourceSplit } from '../dataset.js';
import { lastOfEachClass } from '../lastOfEachClass.js';
import { listedFiles } from '../listedFiles.js';
import { asTheyAre, type Moments, MomentsOfBytes } from '../moments.js';
import { atPlaces, chooseParts, type Part } from '../parts.js';
import type { Family, FamilyFile } from './family.js';
import type { FolderRequest } from './options.js';

/** Of the images that mean and deviation are measured on, at most. */
const mostMeasured = 1000;

export async function openArrays({ files, classNames }: Family, request: FolderRequest): Promise<OpenedDataset> {
  const { dir, options, skipCorrupt = false, signal } = request;
  const layout = await layoutOf(join(dir, (files[0] as FamilyFile).ref.name), options.channels);
  const skipped: Skipped[] = [];
  const sound = skipCorrupt ? await soundOnes(files, dir, layout, skipped) : files;
  const [split, parts] = partsOf(sound, classNames, options.testShare);
  for (const part of ['train', 'test'] as const) {
    if (parts[part].length > 0) continue;
    throw new DatasetError(
      { file: dir, offset: null },
      `arrays for ${part === 'train' ? 'training' : 'tests'}`,
      'none',
    );
  }
  const labelsOf = (part: FamilyFile[]) => part.map(({ className }) => classNames.indexOf(className));
  const labels = { train: labelsOf(parts.train), test: labelsOf(parts.test) };
  const places = chooseParts(labels, classNames.length, request);
  const filesOf = { train: atPlaces(parts, places.train), test: atPlaces(parts, places.test) };
  const { like, mean, std } = await measure(namesOf(filesOf.train), dir, layout);
  const isFrames = like.pixels instanceof Float32Array;
  const { pixels: _, ...sizes } = like;
  const shape = { ...sizes, floats: isFrames };
  const splitOf = (part: Part): SourceSplit => ({
    source: { kind: 'array-files', folder: dir, names: packNames(namesOf(filesOf[part])), layout, like: shape },
    floats: shape.floats,
    labels: Int32Array.from(atPlaces(labels, places[part])),
    size: places[part].length,
  });
  signal?.throwIfAborted();
  return {
    info: {
      ...{ name: 'folder', channels: like.channels, height: like.height, width: like.width },
      ...(isFrames ? { frames: like.frames } : {}),
      ...{ classes: classNames.length, classNames: [...classNames], mean, std },
      ...{ trainSize: places.train.length, testSize: places.test.length },
    },
    ...{
      train: splitOf('train'),
      test: splitOf('test'),
      augment: null,
      split,
      skipped,
    },
    files: [await fingerprint('train arrays', filesOf.train, dir), await fingerprint('test arrays', filesOf.test, dir)],
  };
}

type Parts = Record<Part, FamilyFile[]>;

const namesOf = (files: readonly FamilyFile[]) => files.map(({ ref }) => ref.name);

async function layoutOf(file: string, wanted: 'auto' | Layout): Promise<Layout> {
  if (wanted !== 'auto') return wanted;
  const { pixels } = await readArrayFile(file, 'last');
  return pixels instanceof Float32Array ? 'first' : 'last';
}

/** As the folders have them; else the last of each class are for tests. */
function partsOf(files: readonly FamilyFile[], classNames: readonly string[], share: number): [string, Parts] {
  if (files.every(({ part }) => part !== null)) {
    const filesOf = (wanted: Part) => files.filter(({ part }) => part === wanted);
    return ['folders', { train: filesOf('train'), test: filesOf('test') }];
  }
  const labels = files.map(({ className }) => classNames.indexOf(className));
  const { split, positions } = lastOfEachClass(labels, share);
  const filesAt = (own: readonly number[]) => own.map((at) => files[at] as FamilyFile);
  return [split, { train: filesAt(positions.train), test: filesAt(positions.test) }];
}

async function soundOnes(
  files: readonly FamilyFile[],
  dir: string,
  layout: Layout,
  skipped: Skipped[],
): Promise<FamilyFile[]> {
  const sound: FamilyFile[] = [];
  for (const file of files) {
    try {
      await readArrayFile(join(dir, file.ref.name), layout);
      sound.push(file);
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      skipped.push({ file: join(dir, file.ref.name), reason: error.reason });
    }
  }
  return sound;
}

/** Mean and deviation of images evenly among all; frames of floats stay as they are. `like`: the first of all. */
async function measure(names: readonly string[], dir: string, layout: Layout): Promise<Moments & { like: Sample }> {
  const read = (name: string) => readArrayFile(join(dir, name), layout);
  const like = await read(names[0] as string);
  const { channels } = like;
  if (like.pixels instanceof Float32Array) return { like, ...asTheyAre(channels) };
  const moments = new MomentsOfBytes(channels);
  const count = Math.min(names.length, mostMeasured);
  for (let i = 0; i < count; i++) {
    const { pixels, channels: own } = await read(names[Math.floor((i * names.length) / count)] as string);
    // What is unlike the first is refused when it is read for training.
    if (own === channels && pixels instanceof Uint8Array) moments.add(pixels);
  }
  return { like, ...moments.finish() };
}

async function fingerprint(name: string, files: readonly FamilyFile[], dir: string): Promise<DataFile> {
  const names = namesOf(files);
  const classes = files.map(({ className }) => className);
  return listedFiles(name, { dir, names, classes, stamps: await stampsOf(dir, names, {}) });
}
