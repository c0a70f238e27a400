/**
 * The fixed run on native kernels: the same TypeScript, the same loader, no WebAssembly. A host for each level of
 * instructions; `threads` has threads of the machine in place of workers, `single` none.
 */
import { createRequire } from 'node:module';
import { openFixedData } from '@kestirme/cli';
import { collectEvidence, type VerifyHost } from '@kestirme/cli/verify';
import { createEngine } from 'kestirme';

/** `ready`: sees to the files of native code; throws CannotRun where there can be none. */
export function nativeHost(simd: string, ready: () => Promise<void>): VerifyHost {
  return {
    name: `native-${simd}`,
    async run({ build, threads, workers }) {
      await ready();
      const before = process.env.KESTIRME_SIMD;
      process.env.KESTIRME_SIMD = simd;
      try {
        return await run(build, threads, workers);
      } finally {
        if (before === undefined) delete process.env.KESTIRME_SIMD;
        else process.env.KESTIRME_SIMD = before;
      }
    },
    close: async () => {},
  };
}
