/** Gives memory for so many bytes of pixels, whose values mean nothing. */
export type PixelMemory = (bytes: number) => Uint8Array<ArrayBuffer>;

/** Of its own for each image. */
export const ownMemory: PixelMemory = (bytes) => new Uint8Array(bytes);

/** More than this is not kept for the next image. */
const mostKept = 16 * 1024 * 1024;

/** The same memory for one image after the other: where each is done with before the next, none has to be made or found unused. */
export function sharedMemory(): PixelMemory {
  let kept = new Uint8Array(0);
  return (bytes) => {
    if (bytes > mostKept) return new Uint8Array(bytes);
    if (bytes > kept.length) kept = new Uint8Array(bytes);
    return kept.subarray(0, bytes);
  };
}
