/** The engine's contract with whoever runs the kernels; backends/ has those there are. */
import type { Api } from './api.js';

export type { Api } from './api.js';

/** Where the kernels' addresses are. */
export interface KernelMemory {
  /**
   * The bytes in which addresses of the first reservation count; further ones at the same time are for kernels only.
   * Another one, as large or larger, whenever the memory has grown: keep no view of it.
   */
  readonly buffer: ArrayBufferLike;
  /** Address of `bytes` zero bytes, at a multiple of 64 bytes of the machine's memory; 0 when the host has no more. */
  reserve(bytes: number): number;
  /** Gives back what `reserve` gave, with the same size. */
  release(address: number, bytes: number): void;
}

/** How many bytes a plan may take. */
export interface MemoryLimit {
  bytes: number;
  /** Completes "the limit is 512.0 MiB, ...". */
  reason: string;
}

export type Backend = 'native' | 'wasm';

export interface Kernels {
  /** An object of the engine's own, whose functions and classes a profile may wrap. */
  readonly api: Api;
  readonly memory: KernelMemory;
  /** What there is at most. */
  readonly limit: MemoryLimit;
  readonly backend: Backend;
  /** The instructions that they use: 'avx2'; 'simd128' in WebAssembly. */
  readonly simd: string;
  readonly build: 'threads' | 'single';
  readonly threads: number;
  /** The hash of the module's or the library's bytes. */
  sha256(): Promise<string>;
  /** The words of a trap, which leaves the kernels in a state that nobody knows; null: the error is no trap. */
  trapOf(error: unknown): string | null;
  /** Why nothing may call these kernels any more; null while they are sound. */
  failure(): Error | null;
  /**
   * After a trap: the kernels are given up, with all engines on them, and the next engine gets others. `owner` is kept
   * for good: the finalizers of its objects would call into the kernels.
   */
  giveUp(cause: Error, owner: unknown): void;
  /** Ends the threads, and frees what is the engine's own. */
  close(): Promise<void>;
}
