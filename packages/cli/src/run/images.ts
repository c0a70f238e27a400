/** The one place where runs meet the data sets. */
import { createLoader, type DataFile, openDataset } from '@kestirme/datasets';
import type { BatchSource, DataInfo } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { UsageError } from '../errors.js';
import { parseLimit } from '../options/composite.js';

export interface Images {
  readonly info: DataInfo;
  /** The files that they were read from. */
  readonly files: readonly DataFile[];
  /** Batches for one run, in the order that its seed gives; the run closes it. */
  batches(config: Pick<ResolvedConfig, 'seed' | 'batch' | 'augment' | 'loaderWorkers'>): BatchSource;
}

export type Choice = Pick<ResolvedConfig, 'data' | 'limit' | 'validation'>;

/** Opens 'NAME' or 'NAME:DIR' and keeps of each part what `limit` and `validation` say. */
export async function openImages({ data, limit, validation }: Choice): Promise<Images> {
  const options = { limit: parseLimit(limit) ?? {}, validation };
  const dataset = await openDataset(data, options).catch((error: unknown) => {
    // More images than there are.
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  });
  return {
    info: dataset.info,
    files: dataset.files,
    batches({ seed, batch, augment, loaderWorkers }) {
      const changes = augment ? dataset.augment : null;
      return createLoader(dataset, { batchSize: batch, seed, augment: changes, workers: loaderWorkers });
    },
  };
}
