/** The formats that recordings of events come in. A new one: a file, and its line here. */
import type { EventFormat } from '../events.js';
import { nmnist } from './nmnist.js';

export const eventFormats: readonly EventFormat[] = [nmnist];
