/** Kernels of native code (crates/native), which the host has loaded: nothing here is Node's, and no page has it. */
import { platform } from '#platform';
import type { LoadedNative } from '../../platform/platform.js';
import { bindApi, type Exports, expectedAbi } from '../api.js';
import type { KernelMemory, Kernels, MemoryLimit } from '../kernels.js';

/** Of an instance of the addon, beside the kernels under the names that they have in the WebAssembly file. */
interface Instance {
  /** The first address in it that is a multiple of 64 for the processor; 0: there are too many. */
  hold(buffer: ArrayBuffer): number;
  drop(address: number): void;
  close(): void;
}

/** Addresses below it count in the first block, see crates/edge/src/host.rs. */
const blockStride = 2 ** 48;
const alignment = 64;
const none = new ArrayBuffer(0);

/** An instance with memory and threads of its own. */
export function nativeKernels({ addon, simd, sha256 }: LoadedNative, threads: number): Kernels {
  const abi = addon.abiVersion();
  if (abi !== expectedAbi) {
    throw new Error(
      `the native kernels have ABI ${abi}, this code needs ${expectedAbi}: install @kestirme/native in the version of ` +
        'kestirme; in a clone, run npm run build:native',
    );
  }
  const instance = addon.open(threads) as Instance;
  let failed: Error | null = null;
  return {
    ...{ api: bindApi(instance as unknown as Exports), memory: memoryOf(instance), limit: limitOfMachine() },
    ...{ backend: 'native', simd, build: threads > 1 ? 'threads' : 'single', threads, sha256 },
    // A panic in any thread comes as an error.
    trapOf: (error) => (isPanic(error) ? error.message : null),
    failure: () => failed,
    giveUp(cause) {
      failed ??= cause;
    },
    async close() {
      instance.close();
    },
  };
}

function isPanic(error: unknown): error is Error {
  return error instanceof Error && (error as { code?: unknown }).code === 'KESTIRME_PANIC';
}

/** JavaScript makes the memory: in Electron, code outside may not. */
function memoryOf(instance: Instance): KernelMemory {
  let first = none;
  return {
    get buffer() {
      return first;
    },
    reserve(bytes) {
      const buffer = newBuffer(Math.max(bytes, alignment) + alignment);
      const address = buffer === null ? 0 : instance.hold(buffer);
      if (buffer !== null && address > 0 && address < blockStride) first = buffer;
      return address;
    },
    release(address) {
      instance.drop(address);
      if (address < blockStride) first = none;
    },
  };
}

function newBuffer(bytes: number): ArrayBuffer | null {
  try {
    return new ArrayBuffer(bytes);
  } catch {
    return null;
  }
}

function limitOfMachine(): MemoryLimit {
  const bytes = platform.availableMemory();
  if (bytes === null) return { bytes: blockStride / 2, reason: 'as far as addresses reach' };
  return { bytes, reason: 'which is what this machine has free' };
}
