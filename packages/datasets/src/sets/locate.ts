/** Finds a data set's files in a folder that a person named, or says what is there instead. */
import { join } from 'node:path';
import { DatasetError } from '../error.js';
import { type FolderNames, filesAmong, type Layout, namesIn } from './folderNames.js';

export type { Layout, NeededFile } from './folderNames.js';

/** Deeper than any publisher's archive in a folder of archives. */
const deepest = 5;
/** Folders that are looked into. */
const mostFolders = 2000;

export interface Located<L extends Layout> {
  layout: L;
  /** Of each needed file, by its name. */
  paths: ReadonlyMap<string, string>;
}

/** A folder at or below the one that was named. */
interface Place {
  /** Below it; '' for itself. */
  below: string;
  depth: number;
  names: FolderNames;
}

/**
 * The needed files of the first of `layouts` that has all of them in one folder: `dir`, or the nearest below it, in the
 * order of their names.
 * @throws DatasetError that says which are there and which are missing, or what is there in their place. `others`: layouts
 * of other data sets, which may be what is meant.
 */
export async function locate<L extends Layout>(
  dir: string,
  layouts: readonly [L, ...L[]],
  others: readonly Layout[] = [],
): Promise<Located<L>> {
  const places: Place[] = [{ below: '', depth: 0, names: await namesIn(dir) }];
  let best: { place: Place; layout: L; files: ReadonlyMap<string, string> } | undefined;
  // Each place adds those below it: nearer ones come first.
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as Place;
    for (const layout of layouts) {
      const files = filesAmong(place.names.files, layout);
      if (files.size === layout.files.length) {
        return {
          layout,
          paths: new Map([...files].map(([name, file]) => [name, join(dir, place.below, file)])),
        };
      }
      if (files.size > (best?.files.size ?? 0)) best = { place, layout, files };
    }
    if (place.depth < deepest) await addBelow(places, place, dir, layouts[0]);
  }
  const [layout] = layouts;
  const names = layouts.map((one) => inWords(one.files.map(({ name }) => name)));
  const expected = `${names.join(', or ')}, in this folder or below it (kestirme data get ${layout.name} downloads them)`;
  const here = (places[0] as Place).names;
  const found =
    here.problem ??
    (best === undefined ? whatIsThere(layout, here, others) : whatIsMissing(best.layout, best.files, best.place.below));
  throw new DatasetError({ file: dir, offset: null }, expected, found);
}

async function addBelow(places: Place[], { below, depth, names }: Place, dir: string, layout: Layout): Promise<void> {
  for (const folder of names.folders) {
    const isStranger = folder.startsWith('.') || layout.strangers.includes(folder.toLowerCase());
    if (isStranger || places.length >= mostFolders) continue;
    const place = join(below, folder);
    places.push({ below: place, depth: depth + 1, names: await namesIn(join(dir, place), true) });
  }
}

function whatIsMissing(layout: Layout, files: ReadonlyMap<string, string>, below: string): string {
  const missing = layout.files.filter(({ name }) => !files.has(name)).map(({ name }) => name);
  return `${inWords([...files.values()])}${below === '' ? '' : ` in ${below}`}, but not ${inWords(missing)}`;
}

function whatIsThere(layout: Layout, here: FolderNames, others: readonly Layout[]): string {
  const isHere = (sign: string) =>
    sign.endsWith('/') ? here.folders.includes(sign.slice(0, -1)) : here.files.includes(sign);
  const impostor = layout.impostors.find(({ sign }) => isHere(sign));
  if (impostor !== undefined) return `${impostor.is} (${impostor.sign})`;
  const other = others.find((one) => filesAmong(here.files, one).size === one.files.length);
  return other === undefined ? 'none of them' : `the files of '${other.name}:DIR'`;
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
