/** The data sets of recordings of event cameras. A new one: a file, and its line here. */
import type { DatasetKind } from '../kind.js';
import { nmnistSet } from './nmnist.js';

export const eventSets: readonly DatasetKind[] = [nmnistSet];
