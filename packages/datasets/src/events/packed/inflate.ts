/** Unpacks zlib streams as they are read, with what both Node and pages have. */
import type { ByteStream } from '../events.js';
import { Damaged } from './damaged.js';

/** @throws Damaged, from the chunks, when `packed` is no sound zlib stream, or ends early. */
export function inflated(packed: ByteStream): ByteStream {
  return {
    name: packed.name,
    size: null,
    async *chunks() {
      const source = packed.chunks()[Symbol.asyncIterator]();
      // What reading fails with, as it is, and not as a failure of unpacking.
      let failure: { error: unknown } | null = null;
      const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
        async pull(controller) {
          try {
            const { done, value } = await source.next();
            if (done) controller.close();
            else controller.enqueue(value as Uint8Array<ArrayBuffer>);
          } catch (error) {
            failure = { error };
            throw error;
          }
        },
        async cancel() {
          await source.return?.();
        },
      });
      const reader = readable.pipeThrough(new DecompressionStream('deflate')).getReader();
      try {
        for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
      } catch (cause) {
        if (failure !== null) throw (failure as { error: unknown }).error;
        const found = cause instanceof Error ? cause.message : String(cause);
        throw new Damaged('a sound zlib stream', found, { cause });
      } finally {
        await reader.cancel().catch(() => {});
      }
    },
  };
}
