import type { State } from '../engine/types.js';
import { freeBuffers } from '../platform/freeBuffers.js';

/** Frees the memory of a state that nobody needs any more, two or three times that of the weights. Its arrays are empty then. */
export function freeState(state: State): void {
  freeBuffers(Object.values(state).map(({ data }) => data.buffer));
}
