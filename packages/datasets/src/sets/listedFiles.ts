/** The fingerprint of a part that is a file for each sample. */
import { createHash } from 'node:crypto';
import type { DataFile } from '../formats/fileHash.js';
import type { Stamp } from '../images/stamps.js';

/**
 * Of names, classes and sizes, in order: to hash gigabytes before each run would take longer than many a run. `classes`: a
 * label or a name for each file.
 */
export function listedFiles(
  name: string,
  names: readonly string[],
  classes: ArrayLike<number | string>,
  stamps: readonly Stamp[],
): DataFile {
  const hash = createHash('sha256');
  names.forEach((file, i) => {
    hash.update(`${file}\n${classes[i]} ${stamps[i]?.bytes}\n`);
  });
  return { name, bytes: stamps.reduce((all, { bytes }) => all + bytes, 0), sha256: hash.digest('hex') };
}
