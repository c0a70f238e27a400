/** Which images lie in class folders, and of what class: as torchvision's ImageFolder counts them. */
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { byCodePoints } from '../byCodePoints.js';
import { type Entry, type ReadEntries, readEntries } from '../entries.js';
import { DatasetError, fileProblem } from '../error.js';

export interface ClassFolders {
  /** Names of the classes: those of the folders, sorted. */
  classes: string[];
  /** Of the files, below the folder, with slashes: class by class, sorted. */
  names: string[];
  /** The class of each. */
  labels: number[];
}

const read = new Set(['jpg', 'jpeg', 'png', 'webp']);
/** Files that torchvision counts and this does not read: to pass over them would give other numbers of images without a word. */
const unread = new Set(['ppm', 'bmp', 'pgm', 'tif', 'tiff']);

export interface ScanOptions {
  signal?: AbortSignal | undefined;
  /** For folders of which something has been read already. */
  entries?: ReadEntries | undefined;
}

/**
 * `onUnread` is told of images in formats that are not read.
 * @throws DatasetError where there are no class folders, or a class has no image
 */
export async function scanClassFolders(
  dir: string,
  onUnread: (name: string) => void,
  { signal, entries = readEntries }: ScanOptions = {},
): Promise<ClassFolders> {
  const classes = await foldersIn(dir, entries);
  if (classes.length === 0) throw new DatasetError({ file: dir, offset: null }, 'a folder for each class', 'none');
  const found: ClassFolders = { classes, names: [], labels: [] };
  for (const [label, name] of classes.entries()) {
    signal?.throwIfAborted();
    const before = found.names.length;
    for (const file of await imagesBelow(dir, name, onUnread, entries)) {
      found.names.push(file);
      found.labels.push(label);
    }
    if (found.names.length === before) {
      throw new DatasetError({ file: join(dir, name), offset: null }, 'images (.jpg, .jpeg, .png, .webp)', 'none');
    }
  }
  return found;
}

/** Names of the folders in `dir`, sorted; hidden ones are tools' own. */
export async function foldersIn(dir: string, entries: ReadEntries = readEntries): Promise<string[]> {
  const found = await entriesOf(dir, entries);
  return found.filter(({ kind, name }) => kind === 'folder' && !name.startsWith('.')).map(({ name }) => name);
}

/** Folder by folder in the order of their whole names, the files of each sorted. */
async function imagesBelow(
  dir: string,
  name: string,
  onUnread: (name: string) => void,
  entries: ReadEntries,
): Promise<string[]> {
  const files = new Map<string, string[]>();
  // `above`: the folders that it is in, itself among them, as the system has them behind all links.
  const walk = async (folder: string, above: readonly string[]): Promise<void> => {
    const place = await realpath(join(dir, folder));
    if (above.includes(place)) {
      throw new DatasetError({ file: join(dir, folder), offset: null }, 'a folder', 'a link to a folder that it is in');
    }
    const own: string[] = [];
    files.set(folder, own);
    for (const entry of await entriesOf(join(dir, folder), entries)) {
      const path = `${folder}/${entry.name}`;
      const extension = entry.name.slice(entry.name.lastIndexOf('.') + 1).toLowerCase();
      if (entry.kind === 'folder') {
        await walk(path, [...above, place]);
      } else if (read.has(extension)) own.push(path);
      else if (unread.has(extension)) onUnread(path);
    }
  };
  await walk(name, []);
  return [...files.keys()].sort(byCodePoints).flatMap((folder) => files.get(folder) as string[]);
}

function entriesOf(dir: string, entries: ReadEntries): Promise<readonly Entry[]> {
  return entries(dir).catch((error: unknown) => {
    throw fileProblem(error, dir, 'a folder of images');
  });
}
