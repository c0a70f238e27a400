/** The formats that recordings of events come in, in Node. */
import type { EventFormat } from '../events.js';
import { formatOf, formatsEverywhere } from './everywhere.js';
import { spikingjelly } from './spikingjelly.js';

export const eventFormats: readonly EventFormat[] = [...formatsEverywhere, spikingjelly];

/** The format of a file by its name and its first bytes (4,096 of them, or all there are); null: it is of none. */
export const eventFormatOf = (name: string, first: Uint8Array): EventFormat | null =>
  formatOf(eventFormats, name, first);
