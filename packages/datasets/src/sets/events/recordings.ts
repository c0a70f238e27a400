/** The recordings of a data set: found by what their paths end with, in whatever folder or archive they lie. */
import { DatasetError } from '../../error.js';
import { type FileOpener, type FileRef, listFiles } from '../../events/files/files.js';
import { type TimeSpan, wholeRecording } from '../../events/frames/make.js';

/** One labelled part of a recording. */
export interface EventSample {
  ref: FileRef;
  /** Name of its event format. */
  format: string;
  span: TimeSpan;
  /** 0-based class. */
  label: number;
  /** That its publisher made; null: none. */
  part: 'train' | 'test' | null;
  /** Without folders and ending. */
  name: string;
  /** Its position among the samples of its class that its name states; null: it states none. */
  number: number | null;
}

/** What a path says of a whole recording; null: it is none of the data set's. */
export type Reading = (name: string) => Omit<EventSample, 'ref' | 'span' | 'name'> | null;

/**
 * The samples that one of the readings finds below `dir`; the first that finds any. Zip archives are looked into where no
 * folder has them. Sorted by class, then by name, as SpikingJelly's data sets are.
 */
export async function findSamples(
  dir: string,
  readings: readonly Reading[],
  opener: FileOpener,
  expected: string,
): Promise<EventSample[]> {
  const files = await listFiles(dir);
  const found = samplesAmong(files, readings);
  if (found.length > 0) return found;
  const packed: FileRef[] = [];
  for (const file of files) {
    if (/\.zip$/i.test(file.name)) packed.push(...(await opener.listArchive(file)));
  }
  const foundPacked = samplesAmong(packed, readings);
  if (foundPacked.length > 0) return foundPacked;
  const there =
    files.length === 0 ? 'no file at all' : `${files.length} files, such as ${files[0]?.name}, none of them one`;
  throw new DatasetError({ file: dir, offset: null }, expected, there);
}

function samplesAmong(files: readonly FileRef[], readings: readonly Reading[]): EventSample[] {
  for (const reading of readings) {
    const found = files.flatMap((ref): EventSample[] => {
      const read = reading(ref.name);
      return read === null ? [] : [{ ref, span: wholeRecording, name: baseName(ref), ...read }];
    });
    if (found.length > 0) return inOrder(once(found));
  }
  return [];
}

/** Two copies of one would count twice, and perhaps on both sides of a split. @throws DatasetError naming both. */
function once(samples: EventSample[]): EventSample[] {
  const seen = new Map<string, string>();
  for (const { ref, label, part } of samples) {
    const key = `${label} ${part} ${fileName(ref)}`;
    const other = seen.get(key);
    if (other !== undefined) {
      const found = `${other} and ${ref.name}: name the folder of one of them`;
      throw new DatasetError({ file: ref.path, offset: null }, 'each recording once', found);
    }
    seen.set(key, ref.name);
  }
  return samples;
}

/** By class, then by name. */
export function inOrder(samples: EventSample[]): EventSample[] {
  const keys = new Map(samples.map((sample) => [sample, fileName(sample.ref)]));
  return samples.sort((a, b) => {
    if (a.label !== b.label) return a.label - b.label;
    const [first, second] = [keys.get(a) as string, keys.get(b) as string];
    if (first !== second) return first < second ? -1 : 1;
    return a.span.from - b.span.from;
  });
}

const fileName = ({ name }: FileRef) => name.slice(name.lastIndexOf('/') + 1);

/** Of a file, without folders and ending. */
export const baseName = (ref: FileRef) => fileName(ref).replace(/\.[^.]+$/, '');
