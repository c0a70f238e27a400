/** The formats that recordings of events come in. A new one: a file, and its line here. */
import type { EventFormat } from '../events.js';
import { aedat2 } from './aedat2.js';
import { aedat3 } from './aedat3.js';
import { aedat4 } from './aedat4.js';
import { dat } from './dat.js';
import { evt2 } from './evt2.js';
import { evt3 } from './evt3.js';
import { nmnist } from './nmnist.js';
import { stmnist } from './stmnist.js';

export const eventFormats: readonly EventFormat[] = [nmnist, aedat2, aedat3, aedat4, dat, evt3, evt2, stmnist];

/** The format of a file by its name and its first bytes (4,096 of them, or all there are); null: it is of none. */
export function eventFormatOf(name: string, first: Uint8Array): EventFormat | null {
  const lower = name.toLowerCase();
  const named = eventFormats.filter(({ extensions }) => extensions.some((extension) => lower.endsWith(extension)));
  return named.find((format) => format.fits(first)) ?? null;
}
