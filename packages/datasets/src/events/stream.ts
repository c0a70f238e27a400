/** Recordings from memory and from Blobs: what pages have, too. Files: fileStream.ts. */
import type { ByteStream } from './events.js';

/** The bytes themselves, as one chunk. */
export function bytesStream(name: string, bytes: Uint8Array): ByteStream {
  return {
    name,
    size: bytes.length,
    async *chunks() {
      if (bytes.length > 0) yield bytes;
    },
  };
}

/** A file that a page was given, or any other Blob. */
export function blobStream(name: string, blob: Blob): ByteStream {
  return {
    name,
    size: blob.size,
    async *chunks() {
      const reader = blob.stream().getReader();
      try {
        for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
      } finally {
        await reader.cancel();
      }
    },
  };
}
