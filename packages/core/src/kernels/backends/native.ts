/** Kernels of a native library (crates/native), which the host has loaded: nothing here is Node's, and no page has it. */
import { platform } from '#platform';
import { bindApi, type Exports, expectedAbi } from '../api.js';
import type { Kernels } from '../kernels.js';

/** The addon: the functions of the WebAssembly file under the same names, its host's, and its memory. */
export interface NativeAddon {
  readonly memory: ArrayBuffer;
}

/** Starts the library's threads. `bytes`: of its file. */
export function nativeKernels(
  addon: NativeAddon,
  build: 'threads' | 'single',
  threads: number,
  bytes: Uint8Array,
): Kernels {
  const { memory } = addon;
  const exports = addon as unknown as Exports;
  const named = (name: string) => {
    const found = exports[name];
    if (found === undefined) throw new Error(`the native kernels have no ${name}: build crates/native again`);
    return found;
  };
  const abi = named('abiVersion')();
  if (abi !== expectedAbi) {
    throw new Error(`the native kernels have ABI ${abi}, this code needs ${expectedAbi}: build crates/native again`);
  }
  const [reserve, release] = [named('reserve'), named('release')];
  const [startPool, stopPool] = [named('startPool'), named('stopPool')];
  const api = bindApi(exports);
  if (threads > 1) startPool(threads - 1);
  let failed: Error | null = null;
  return {
    ...{ api, build, threads, maximumBytes: memory.byteLength },
    memory: { buffer: memory, reserve, release: (address, length) => void release(address, length) },
    sha256: () => platform.sha256([bytes]),
    // A panic comes as an error, and leaves nothing broken behind.
    trapOf: () => null,
    failure: () => failed,
    giveUp(cause) {
      failed ??= cause;
    },
    async close() {
      if (threads > 1) stopPool();
    },
  };
}
