/** How much memory a plan may take, and why not more. */
import type { MemoryLimit } from '../kernels/kernels.js';

export const mebibytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MiB`;

/** `asked`: by the user of the engine. @throws RangeError when that is no number of bytes */
export function memoryLimit(most: MemoryLimit, asked: number | undefined): MemoryLimit {
  if (asked !== undefined && !(Number.isFinite(asked) && asked > 0)) {
    throw new RangeError(`\`memoryLimit\` must be a number of bytes above 0, got ${asked}`);
  }
  if (asked !== undefined && asked < most.bytes) return { bytes: asked, reason: 'as asked for (`memoryLimit`)' };
  return most;
}
