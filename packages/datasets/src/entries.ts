/** What lies in folders. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { byCodePoints } from './byCodePoints.js';

export interface Entry {
  name: string;
  /** Of a link: what it leads to. */
  kind: 'file' | 'folder' | 'other';
  isLink: boolean;
}

/** Gives the entries of a folder, sorted by name. @throws the system's error */
export type ReadEntries = (folder: string) => Promise<readonly Entry[]>;

export const readEntries: ReadEntries = async (folder) => {
  const entries = await readdir(folder, { withFileTypes: true });
  return (await Promise.all(entries.map((one) => entryOf(folder, one)))).sort((a, b) => byCodePoints(a.name, b.name));
};

/** Reads each folder once, however many ask. */
export function readEntriesOnce(): ReadEntries {
  const known = new Map<string, Promise<readonly Entry[]>>();
  return (folder) => {
    const place = resolve(folder);
    const entries = known.get(place) ?? readEntries(place);
    known.set(place, entries);
    return entries;
  };
}

async function entryOf(folder: string, entry: Dirent): Promise<Entry> {
  const { name } = entry;
  const isLink = entry.isSymbolicLink();
  const found = isLink ? await stat(join(folder, name)).catch(() => null) : entry;
  return { name, kind: found?.isFile() ? 'file' : found?.isDirectory() ? 'folder' : 'other', isLink };
}
