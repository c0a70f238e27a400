/** The formats that pages read, too. A new one: a file, and its line here. */
import type { EventFormat } from '../events.js';
import { aedat2 } from './aedat2.js';
import { aedat3 } from './aedat3.js';
import { aedat4 } from './aedat4.js';
import { dat } from './dat.js';
import { evt2 } from './evt2.js';
import { evt3 } from './evt3.js';
import { nmnist } from './nmnist.js';
import { stmnist } from './stmnist.js';

export const formatsEverywhere: readonly EventFormat[] = [nmnist, aedat2, aedat3, aedat4, dat, evt3, evt2, stmnist];

/** The one of `formats` that a file is of, by its name and its first bytes (4,096, or all there are); null: none. */
export function formatOf(formats: readonly EventFormat[], name: string, first: Uint8Array): EventFormat | null {
  const lower = name.toLowerCase();
  const named = formats.filter(({ extensions }) => extensions.some((extension) => lower.endsWith(extension)));
  return named.find((format) => format.fits(first)) ?? null;
}
