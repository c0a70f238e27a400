/**
 * Room for threads that start: memory that they take without growing it.
 *
 * V8 tells the other threads of a shared memory that one of them has grown it by an interrupt, for which they look only
 * here and there. Until then their atomic and bulk instructions trap beyond the size that they know, though the growth
 * was before. A thread that starts works with what others have just allocated, so nobody may grow the memory meanwhile.
 */

/** The module's allocator. */
interface Allocator {
  reserve(bytes: number): number;
  release(address: number, bytes: number): void;
}

/** Of each thread beside its stack, for its thread-local values and its part of the pool: several times what it takes. */
const threadBytes = 16_384;

/** Grows the memory, if need be, so that the start of `threads` threads does not. */
export function makeRoom(allocator: Allocator, threads: number, stackBytes: number): void {
  if (threads === 0) return;
  // One more for the thread that makes the pool.
  const bytes = threads * (stackBytes + threadBytes) + threadBytes;
  const address = allocator.reserve(bytes);
  if (address !== 0) allocator.release(address, bytes);
}
