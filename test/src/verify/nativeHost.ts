/**
 * The fixed run on native kernels: the same TypeScript, the same loader, no WebAssembly. The threaded build has threads of
 * the machine in place of workers; the single-thread build is compiled without them.
 */
import { existsSync } from 'node:fs';
import { openFixedData } from '@kestirme/cli';
import { CannotRun, collectEvidence, type VerifyHost } from '@kestirme/cli/verify';
import type { Engine } from 'kestirme';
import { loadNativeKernels } from './nativeKernels.js';

/** The engine that runs in the calling thread; no part of what the package exports. */
interface SessionModule {
  Session: new (kernels: unknown, memoryLimit: number | undefined) => Engine;
}

/** `addon`: file of a build of crates/native; throws CannotRun where there can be none. */
export function nativeHost(addon: (build: 'threads' | 'single') => string): VerifyHost {
  return {
    name: 'native',
    async run({ build, threads, workers }) {
      const file = addon(build);
      if (!existsSync(file)) throw new CannotRun(`${file} is missing`);
      const kernels = await loadNativeKernels(file, build, threads);
      const sessionFile = new URL('./engine/session.js', import.meta.resolve('kestirme'));
      const { Session } = (await import(sessionFile.href)) as SessionModule;
      const engine = new Session(kernels, undefined);
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
