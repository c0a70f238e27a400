/** How much memory a plan may take, and why not more. */
import type { Kernels } from '../kernels/kernels.js';

export const addressSpaceBytes = 4_294_967_296;
/** Left for the module's own data, stacks and the growth of the allocator. */
const reservedBytes = 67_108_864;

export interface MemoryLimit {
  bytes: number;
  /** Completes "the limit is 512.0 MiB, ...". */
  reason: string;
}

export const mebibytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MiB`;

/** `asked`: by the user of the engine. @throws RangeError when that is no number of bytes */
export function memoryLimit({ maximumBytes }: Pick<Kernels, 'maximumBytes'>, asked: number | undefined): MemoryLimit {
  if (asked !== undefined && !(Number.isFinite(asked) && asked > 0)) {
    throw new RangeError(`\`memoryLimit\` must be a number of bytes above 0, got ${asked}`);
  }
  const bytes = maximumBytes - reservedBytes;
  if (asked !== undefined && asked < bytes) return { bytes: asked, reason: 'as asked for (`memoryLimit`)' };
  const reason =
    maximumBytes < addressSpaceBytes
      ? `for this host grants WebAssembly only ${mebibytes(maximumBytes)} of shared memory`
      : 'for WebAssembly addresses 4 GiB';
  return { bytes, reason };
}
