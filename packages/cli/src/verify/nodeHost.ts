/** The fixed run in this process: the engine that every user of Node has. */
import { createLoader } from '@kestirme/datasets';
import { type BatchSource, createEngine } from 'kestirme';
import { collectEvidence, type Evidence } from './evidence.js';
import { fixedBatchSize, fixedData, fixedSeed } from './fixedRun.js';
import type { Cell, VerifyHost } from './host.js';

export const nodeHost: VerifyHost = {
  name: 'node',
  async run({ build, threads, workers }: Cell): Promise<Evidence> {
    const data = openFixedData(workers);
    try {
      const engine = await createEngine({ build, threads, backend: 'wasm' });
      try {
        return await collectEvidence({ engine, data });
      } finally {
        await engine.close();
      }
    } finally {
      await data.close();
    }
  },
  close: async () => {},
};

/** The images of the fixed run through the loader that training has, with so many threads to fill batches. */
export function openFixedData(workers: number): BatchSource {
  return createLoader(fixedData(), { batchSize: fixedBatchSize, seed: fixedSeed, workers });
}
