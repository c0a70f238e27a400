/**
 * The fixed run on native kernels: the same TypeScript, the same loader, no WebAssembly. A host for each level of
 * instructions; the threaded build has threads of the machine in place of workers, the single-thread build none.
 */
import { openFixedData } from '@kestirme/cli';
import { CannotRun, type Cell, collectEvidence, type Evidence, type VerifyHost } from '@kestirme/cli/verify';
import { createEngine } from 'kestirme';

/** `ready`: sees to the file of this level; throws CannotRun where there can be none, or none that the processor runs. */
export function nativeHost(simd: string, ready: () => Promise<void>): VerifyHost {
  return {
    name: `native-${simd}`,
    async run(cell) {
      await ready();
      const before = process.env.KESTIRME_SIMD;
      process.env.KESTIRME_SIMD = simd;
      try {
        return await run(cell, simd);
      } finally {
        if (before === undefined) delete process.env.KESTIRME_SIMD;
        else process.env.KESTIRME_SIMD = before;
      }
    },
    close: async () => {},
  };
}

async function run({ build, threads, workers }: Cell, simd: string): Promise<Evidence> {
  const engine = await createEngine({ backend: 'native', build, threads });
  const data = openFixedData(workers);
  try {
    if (engine.simd !== simd) throw new CannotRun(`native kernels for ${engine.simd} came in place of ${simd}`);
    return await collectEvidence({ engine, data });
  } finally {
    await engine.close();
    await data.close();
  }
}
