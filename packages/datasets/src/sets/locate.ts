/** Finds a data set's files in a folder that a person named, or says what is there instead. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { plain } from 'kestirme';
import { DatasetError, fileProblem } from '../error.js';
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
  /** Where else the files may lie, below the folder that was named. */
  folders: readonly string[];
  /** What a folder may hold in their place: the name that gives it away, with a slash behind a folder's, and what it is. */
  impostors: readonly { sign: string; is: string }[];
}

/**
 * The path of each needed file, by its name: all of them in `dir`, or all in one of the layout's folders below it.
 * @throws DatasetError that says which are there and which are missing, or what is there in their place. `others`: layouts
 * of other data sets, which may be what is meant.
 */
export async function locate(
  dir: string,
  layout: Layout,
  others: readonly Layout[] = [],
): Promise<ReadonlyMap<string, string>> {
  const places = [];
  for (const place of ['', ...layout.folders]) places.push({ place, names: await namesIn(join(dir, place)) });
  const found = places.map(({ place, names }) => ({ place, files: filesAmong(names.files, layout) }));
  const best = found.reduce((a, b) => (b.files.size > a.files.size ? b : a));
  if (best.files.size === layout.files.length) {
    return new Map([...best.files].map(([name, file]) => [name, join(dir, best.place, file)]));
  }
  const expected =
    `${inWords(layout.files.map(({ name }) => name))}, in this folder or in ${layout.folders.join(' or ')} below it ` +
    `(kestirme data get ${layout.name} downloads them)`;
  const here = places[0]?.names as Names;
  throw new DatasetError(
    { file: dir, offset: null },
    expected,
    here.problem ?? whatIsThere(best, layout, here, others),
  );
}

interface Names {
  files: readonly string[];
  /** With a slash behind. */
  folders: readonly string[];
  /** Why there are none. */
  problem: string | null;
}

async function namesIn(folder: string): Promise<Names> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const [folders, files] = [true, false].map((wanted) => entries.filter((one) => one.isDirectory() === wanted));
    return {
      files: (files ?? []).map(({ name }) => name),
      folders: (folders ?? []).map(({ name }) => `${name}/`),
      problem: null,
    };
  } catch (error) {
    const code = plain.systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw fileProblem(error, folder, 'a folder of data');
    // What a shell does with it, it does only at the start of a word.
    const home = /(^|[/\\])~/.test(folder) ? ', for nothing here takes ~ for the home folder' : '';
    return { files: [], folders: [], problem: code === 'ENOENT' ? `no such folder${home}` : 'a file' };
  }
}

/** Which needed files there are among `names`, by the names that they should have; the plain file goes before the packed. */
function filesAmong(names: readonly string[], { files }: Layout): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, aliases = [] } of files) {
    const there = [name, ...aliases].find((one) => names.includes(one));
    if (there !== undefined) found.set(name, there);
  }
  return found;
}

function whatIsThere(
  best: { place: string; files: ReadonlyMap<string, string> },
  layout: Layout,
  here: Names,
  others: readonly Layout[],
): string {
  if (best.files.size > 0) {
    const missing = layout.files.filter(({ name }) => !best.files.has(name)).map(({ name }) => name);
    const where = best.place === '' ? '' : ` in ${best.place}`;
    return `${inWords([...best.files.values()])}${where}, but not ${inWords(missing)}`;
  }
  const impostor = layout.impostors.find(({ sign }) => [...here.files, ...here.folders].includes(sign));
  if (impostor !== undefined) return `${impostor.is} (${impostor.sign})`;
  const other = others.find((one) => filesAmong(here.files, one).size === one.files.length);
  return other === undefined ? 'none of them' : `the files of '${other.name}:DIR'`;
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
