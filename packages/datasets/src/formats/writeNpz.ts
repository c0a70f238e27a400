/** Writes NumPy's .npz files, as numpy.savez_compressed does; the same arrays give the same bytes. */
import { zipSync } from 'fflate';
import { type ArrayToWrite, writeNpy } from './writeNpy.js';

/** The first moment that a zip archive can say, by the local clock, as they go by it. */
const noTime = '1980-01-01T00:00:00';

/** The file's bytes. */
export function writeNpz(arrays: Readonly<Record<string, ArrayToWrite>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)] as const);
  return zipSync(Object.fromEntries(files), { mtime: noTime });
}
