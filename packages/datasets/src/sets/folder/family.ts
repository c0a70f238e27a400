/** What lies in a folder of one's own. */
import { byCodePoints } from '../../byCodePoints.js';
import type { ReadEntries } from '../../entries.js';
import { DatasetError } from '../../error.js';
import { fileStream } from '../../events/fileStream.js';
import { type FileRef, firstBytes, listFiles } from '../../events/files/files.js';
import { eventFormatOf, eventFormats } from '../../events/formats/index.js';
import { partNamed } from '../partFolders.js';
import type { Part } from '../parts.js';

export type FamilyName = 'images' | 'arrays' | 'recordings';

export interface FamilyFile {
  ref: FileRef;
  /** The folder that says what is in it. */
  className: string;
  /** Of the folder around the classes; null: there is none. */
  part: Part | null;
}

export interface Family {
  name: FamilyName;
  /** All that there are, whether they are of the family or not. */
  all: FileRef[];
  files: FamilyFile[];
  /** Sorted. */
  classNames: string[];
}

const imageExtensions = ['.jpg', '.jpeg', '.png', '.webp'];
const arrayExtensions = ['.npy', '.npz'];
const eventExtensions = [...new Set(eventFormats.flatMap(({ extensions }) => extensions))].filter(
  (one) => !arrayExtensions.includes(one),
);

/** @throws DatasetError when it is nothing that can be trained on, or more than one kind of it */
export async function familyOf(dir: string, entries: ReadEntries): Promise<Family> {
  const all = await listFiles(dir, entries);
  const known = all.filter(({ name }) => familyByName(name) !== null);
  const first = known[0];
  if (first === undefined) {
    const extensions = [...imageExtensions, ...arrayExtensions, ...eventExtensions].join(', ');
    const there = all.length === 0 ? 'no file' : `${all.length} files, such as ${all[0]?.name}`;
    throw new DatasetError({ file: dir, offset: null }, `folders of classes with files ${extensions}`, there);
  }
  const wanted = familyByName(first.name) as FamilyName;
  const other = known.find(({ name }) => familyByName(name) !== wanted);
  if (other !== undefined) {
    throw new DatasetError({ file: dir, offset: null }, 'files of one kind', `${first.name} and ${other.name}`);
  }
  const name = wanted === 'arrays' && (await holdsEvents(first)) ? 'recordings' : wanted;
  const files = inParts(dir, known);
  return { name, all, files, classNames: [...new Set(files.map(({ className }) => className))].sort(byCodePoints) };
}

function familyByName(name: string): FamilyName | null {
  const extension = name.slice(name.lastIndexOf('.')).toLowerCase();
  if (imageExtensions.includes(extension)) return 'images';
  if (arrayExtensions.includes(extension)) return 'arrays';
  return eventExtensions.includes(extension) ? 'recordings' : null;
}

/** SpikingJelly keeps events in .npz files. */
async function holdsEvents({ path, name }: FileRef): Promise<boolean> {
  return eventFormatOf(name, await firstBytes(await fileStream(path))) !== null;
}

/** Folders are parts where all files lie in such; else those of classes. */
function inParts(dir: string, files: readonly FileRef[]): FamilyFile[] {
  const paths = files.map((ref) => ({ ref, folders: ref.name.split('/').slice(0, -1) }));
  const hasParts = paths.every(({ folders }) => partNamed(folders[0]) !== null);
  return paths.map(({ ref, folders }) => {
    const className = folders[hasParts ? 1 : 0];
    if (className === undefined) {
      throw new DatasetError({ file: dir, offset: null }, 'each file in the folder of its class', ref.name);
    }
    return { ref, className, part: hasParts ? partNamed(folders[0]) : null };
  });
}
