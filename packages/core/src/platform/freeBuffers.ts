/**
 * Frees memory that nobody needs any more at once, where the garbage collector would leave it there until something else
 * needed room. Arrays in it are empty then. What threads share stays.
 */
export function freeBuffers(buffers: Iterable<ArrayBufferLike>): void {
  const own = [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
  // Handed over to one who closes, which frees it.
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(null, own);
  port1.close();
  port2.close();
}
