// What this thread's instance of the single build has given to all engines on it.
import * as glue from '../../wasm/single/kestirme_wasm.js';
import { loadKernels } from '../kernels/backends/wasm.js';

interface Allocator {
  /** Times that memory was taken, so far. */
  readonly allocations: number;
  /** Of what was taken and not given back. */
  readonly liveBytes: number;
  /** Of the instance's memory, which never shrinks. */
  readonly bytes: number;
}

export async function allocator(): Promise<Allocator> {
  const { memory } = await loadKernels('single', 1, []);
  return {
    get allocations() {
      return glue.allocations();
    },
    get liveBytes() {
      return glue.liveBytes();
    },
    get bytes() {
      return memory.buffer.byteLength;
    },
  };
}
