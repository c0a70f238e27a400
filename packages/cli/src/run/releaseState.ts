import { MessageChannel } from 'node:worker_threads';
import type { State } from 'kestirme';

/**
 * Frees the memory of a state that nobody needs any more, two or three times that of the weights: at once, where the
 * garbage collector would leave it there until something else needed room. Its arrays are empty then.
 */
export function releaseState(state: State): void {
  const buffers = new Set(Object.values(state).map(({ data }) => data.buffer));
  const own = [...buffers].filter((buffer) => buffer instanceof ArrayBuffer);
  // Handed over to one who closes, which frees it.
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(null, own);
  port1.close();
  port2.close();
}
