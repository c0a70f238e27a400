import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../error.js';
import type { CatalogEntry } from './catalog.js';

/** DIR itself when it has one of the files, else DIR/<publisher's folder> when that has one. */
export async function locate(dir: string, entry: CatalogEntry, anyFile: string[]): Promise<string> {
  for (const folder of [dir, join(dir, entry.folder)]) {
    for (const file of anyFile) {
      if (await stat(join(folder, file)).catch(() => undefined)) return folder;
    }
  }
  const expected = `${anyFile.join(' or ')} here or in ${entry.folder}/ (kestirme data get ${entry.name} downloads it)`;
  const found = (await stat(dir).catch(() => undefined))?.isDirectory() ? 'neither' : 'no such folder';
  throw new DatasetError({ file: dir, offset: 0 }, expected, found);
}
