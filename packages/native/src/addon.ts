/** What a file of native code exports: crates/native, once for each level. */
export interface NativeAddon {
  /** The level it was built for, such as `avx2`. */
  readonly simd: string;
  /** The levels that this processor has, lowest first. */
  levels(): string[];
  abiVersion(): number;
  /** An instance of the kernels with memory and `threads` threads of its own. */
  open(threads: number): NativeInstance;
}

/** The kernels by their names in crates/edge, numbers in and a number out, and what moves memory. */
// biome-ignore lint/suspicious/noExplicitAny: who calls it knows the names and their types, see kestirme's kernels/api.ts
export type NativeInstance = Record<string, any>;
