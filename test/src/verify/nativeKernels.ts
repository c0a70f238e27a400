/** The kernels as native code (crates/native), in the form in which the engine has those of WebAssembly. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

type Callable = (...values: number[]) => number;
type Addon = Record<string, Callable> & { memory: ArrayBuffer };

/** Kernels, as packages/core/src/kernels/kernels.ts describes them. */
export interface NativeKernels {
  api: object;
  memory: { buffer: ArrayBuffer; reserve: Callable; release: Callable };
  maximumBytes: number;
  build: 'threads' | 'single';
  threads: number;
  sha256(): Promise<string>;
  trapOf(error: unknown): string | null;
  failure(): Error | null;
  giveUp(cause: Error): void;
  close(): Promise<void>;
}

/** Loads the addon and starts its threads. It has the functions of the WebAssembly file, under the same names. */
export async function loadNativeKernels(
  file: string,
  build: 'threads' | 'single',
  threads: number,
): Promise<NativeKernels> {
  const addon = createRequire(import.meta.url)(file) as Addon;
  const { bindApi, expectedAbi } = (await import(
    new URL('./kernels/api.js', import.meta.resolve('kestirme')).href
  )) as { bindApi(exports: Addon): object; expectedAbi: number };
  const named = (name: string): Callable => {
    const found = addon[name];
    if (found === undefined) throw new Error(`${file} has no ${name}`);
    return found;
  };
  const abi = named('abiVersion')();
  if (abi !== expectedAbi) throw new Error(`${file} has ABI ${abi}, this code needs ${expectedAbi}: build it again`);
  if (threads > 1) named('startPool')(threads - 1);
  let failed: Error | null = null;
  return {
    api: bindApi(addon),
    memory: { buffer: addon.memory, reserve: named('reserve'), release: named('release') },
    ...{ maximumBytes: addon.memory.byteLength, build, threads },
    sha256: async () =>
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    // A panic comes as an error after which the kernels are as they were.
    trapOf: () => null,
    failure: () => failed,
    giveUp(cause) {
      failed ??= cause;
    },
    async close() {
      if (threads > 1) named('stopPool')();
    },
  };
}
