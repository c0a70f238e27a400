/** The fixed run in this process: the engine that every user of Node has. */
import { createLoader, type Split } from '@kestirme/datasets';
import { type BatchSource, createEngine } from 'kestirme';
import { collectEvidence, type Evidence } from './evidence.js';
import { type FixedImages, fixedBatchSize, fixedData, fixedSeed } from './fixedRun.js';
import type { Cell, VerifyHost } from './host.js';

export const nodeHost: VerifyHost = {
  name: 'node',
  async run({ build, threads, workers }: Cell): Promise<Evidence> {
    const data = openFixedData(workers);
    try {
      const engine = await createEngine({ build, threads });
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
  const { info, train, test, augment } = fixedData();
  const dataset = { info, train: shared(train), test: shared(test), augment };
  return createLoader(dataset, { batchSize: fixedBatchSize, seed: fixedSeed, workers });
}

function shared({ images, labels, size }: FixedImages): Split {
  const split = {
    images: new Uint8Array(new SharedArrayBuffer(images.byteLength)),
    labels: new Int32Array(new SharedArrayBuffer(labels.byteLength)),
    size,
  };
  split.images.set(images);
  split.labels.set(labels);
  return split;
}
