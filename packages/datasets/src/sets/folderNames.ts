/** What lies in a folder, and which of a data set's files are among it. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { plain } from 'kestirme';
import { byCodePoints } from '../byCodePoints.js';
import { fileProblem } from '../error.js';
import type { DatasetName } from './catalog.js';

/** A file that a data set is made of. */
export interface NeededFile {
  /** As its publisher calls it, and as it counts in a run's fingerprint. */
  name: string;
  /** Other names under which it goes round. */
  aliases?: readonly string[];
}

export interface Layout {
  name: DatasetName;
  files: readonly NeededFile[];
  /** Folders, in small letters, that hold another data set's files of the same names: they are not looked into. */
  strangers: readonly string[];
  /** What a folder may hold in their place: the name that gives it away, with a slash behind a folder's, and what it is. */
  impostors: readonly { sign: string; is: string }[];
}

export interface FolderNames {
  files: readonly string[];
  folders: readonly string[];
  /** Why there are none. */
  problem: string | null;
}

/** In the order of their names. `leniently`: a folder that may not be read is an empty one. */
export async function namesIn(folder: string, leniently = false): Promise<FolderNames> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names: { files: string[]; folders: string[] } = { files: [], folders: [] };
    for (const entry of entries) {
      const isFolder =
        entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))));
      names[isFolder ? 'folders' : 'files'].push(entry.name);
    }
    return { files: names.files.sort(byCodePoints), folders: names.folders.sort(byCodePoints), problem: null };
  } catch (error) {
    const code = plain.systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && !leniently) throw fileProblem(error, folder, 'a folder of data');
    // What a shell does with it, it does only at the start of a word.
    const home = /(^|[/\\])~/.test(folder) ? ', for nothing here takes ~ for the home folder' : '';
    return { files: [], folders: [], problem: code === 'ENOENT' ? `no such folder${home}` : 'a file' };
  }
}

/** A link that leads nowhere is a file, and is told of when it is opened. */
function leadsToFolder(link: string): Promise<boolean> {
  return stat(link).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Which needed files there are among `names`, by the names that they should have; the plain file goes before the packed. */
export function filesAmong(names: readonly string[], { files }: Layout): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, aliases = [] } of files) {
    const there = [name, ...aliases].find((one) => names.includes(one));
    if (there !== undefined) found.set(name, there);
  }
  return found;
}
