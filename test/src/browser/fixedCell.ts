/** The fixed run of `kestirme verify`, the same in Node and in a page. */
import { collectEvidence, type Evidence, fixedBatchSize, fixedData, fixedSeed } from '@kestirme/cli/verify';
import { createLoader } from '@kestirme/datasets';
import { createEngine, type Engine, type EngineOptions } from 'kestirme';

export interface FixedCell {
  evidence: Evidence;
  build: 'threads' | 'single';
  threads: number;
}

/** With `workers` threads that fill batches. */
export async function runFixedCell(
  options: EngineOptions,
  workers: number,
  create: (options: EngineOptions) => Promise<Engine> = createEngine,
): Promise<FixedCell> {
  const data = createLoader(fixedData(), { batchSize: fixedBatchSize, seed: fixedSeed, workers });
  try {
    const engine = await create(options);
    try {
      const { build, threads } = engine;
      return { evidence: await collectEvidence({ engine, data }), build, threads };
    } finally {
      await engine.close();
    }
  } finally {
    await data.close();
  }
}
