/**
 * The fixed run on native kernels: the same TypeScript, the same loader, no WebAssembly. The threaded build has threads of
 * the machine in place of workers; the single-thread build is compiled without them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openFixedData } from '@kestirme/cli';
import { CannotRun, collectEvidence, type VerifyHost } from '@kestirme/cli/verify';
import type { Engine } from 'kestirme';

// What makes an engine in the calling thread of kernels; no part of what the package exports.
interface NativeModule {
  nativeKernels(addon: unknown, build: 'threads' | 'single', threads: number, bytes: Uint8Array): unknown;
}
interface SessionModule {
  Session: new (kernels: unknown, memoryLimit: number | undefined) => object;
}
interface SharedModule {
  SharedEngine: new (session: object) => Engine;
}

const inCore = (file: string): Promise<unknown> => import(new URL(`./${file}`, import.meta.resolve('kestirme')).href);

/** `addon`: file of a build of crates/native; throws CannotRun where there can be none. */
export function nativeHost(addon: (build: 'threads' | 'single') => string): VerifyHost {
  return {
    name: 'native',
    async run({ build, threads, workers }) {
      const file = addon(build);
      if (!existsSync(file)) throw new CannotRun(`${file} is missing`);
      const { nativeKernels } = (await inCore('kernels/backends/native.js')) as NativeModule;
      const kernels = nativeKernels(createRequire(import.meta.url)(file), build, threads, readFileSync(file));
      const { Session } = (await inCore('engine/session.js')) as SessionModule;
      const { SharedEngine } = (await inCore('engine/sharedEngine.js')) as SharedModule;
      const engine = new SharedEngine(new Session(kernels, undefined));
      const data = openFixedData(workers);
      try {
        return await collectEvidence({ engine, data });
      } finally {
        await engine.close();
        await data.close();
      }
    },
    close: async () => {},
  };
}
