/** The kernels as native code (crates/native), in the form in which the engine has those of WebAssembly. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

type Callable = (...values: number[]) => number;
type Addon = Record<string, Callable> & { memory: ArrayBuffer };
type Value = number | boolean;

/** Kernels, as packages/core/src/engine/kernels.ts describes them. */
export interface NativeKernels {
  api: Record<string, unknown>;
  memory: { buffer: ArrayBuffer };
  maximumBytes: number;
  build: 'threads' | 'single';
  threads: number;
  wasmSha256(): Promise<string>;
  failure(): Error | null;
  giveUp(cause: Error): void;
  close(): Promise<void>;
}

/** Numbers of scratch that a convolution tells at once: the only result that is a list. */
const scratchNumbers = 6;

/**
 * Loads the addon and starts its threads. Its functions have the names of the WebAssembly file's exports; the classes
 * in front of them take their shape from the glue that wasm-bindgen made.
 */
export async function loadNativeKernels(
  file: string,
  build: 'threads' | 'single',
  threads: number,
): Promise<NativeKernels> {
  const addon = createRequire(import.meta.url)(file) as Addon;
  const glueFile = new URL('../wasm/single/kestirme_wasm.js', import.meta.resolve('kestirme'));
  const glue = (await import(glueFile.href)) as Record<string, unknown>;
  const api: Record<string, unknown> = {};
  for (const [name, exported] of Object.entries(glue)) {
    if (typeof exported !== 'function') api[name] = exported;
    else if (/^class\b/.test(exported.toString())) api[name] = nativeClass(addon, name, exported.prototype as object);
    else api[name] = (...values: Value[]) => call(addon, name, values);
  }
  if (threads > 1) call(addon, 'startPool', [threads - 1]);
  let failed: Error | null = null;
  return {
    ...{ api, memory: { buffer: addon.memory }, maximumBytes: addon.memory.byteLength, build, threads },
    wasmSha256: async () =>
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    failure: () => failed,
    giveUp(cause) {
      failed ??= cause;
    },
    async close() {
      if (threads > 1) call(addon, 'stopPool', []);
    },
  };
}

function call(addon: Addon, name: string, values: readonly Value[]): number {
  const native = addon[name];
  if (native === undefined) {
    throw new Error(`the native kernels have no ${name}: register it in crates/native/src/calls.rs`);
  }
  return native(...values.map(Number));
}

/** A class with the methods and getters of the glue's, on a native object. */
function nativeClass(addon: Addon, name: string, shape: object): unknown {
  const prefix = name.toLowerCase();
  class Native {
    readonly handle: number;
    constructor(...values: Value[]) {
      this.handle = call(addon, `${prefix}_new`, values);
    }
  }
  for (const [member, { get, value }] of Object.entries(Object.getOwnPropertyDescriptors(shape))) {
    const native = `${prefix}_${member}`;
    if (member === 'scratch') {
      const numbers = (handle: number) =>
        Array.from({ length: scratchNumbers }, (_, place) => call(addon, native, [handle, place]));
      Object.defineProperty(Native.prototype, member, {
        get(this: Native) {
          return numbers(this.handle);
        },
      });
    } else if (get !== undefined) {
      Object.defineProperty(Native.prototype, member, {
        get(this: Native) {
          return call(addon, native, [this.handle]);
        },
      });
    } else if (typeof value === 'function' && member !== 'constructor' && member !== 'free') {
      Object.defineProperty(Native.prototype, member, {
        value(this: Native, ...values: Value[]) {
          return call(addon, native, [this.handle, ...values]);
        },
      });
    }
  }
  return Native;
}
