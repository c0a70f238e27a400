/** Sources that are read in a page, which has no folders. */
import { openMemory } from './memory.js';
import type { SourceOpeners } from './source.js';

export const openers: Partial<SourceOpeners> = {
  memory: openMemory,
};
