/** The one place where runs meet the data sets. */
import {
  createLoader,
  type DataFile,
  type OpenedDataset,
  type OpenProgress,
  openDataset,
  presetSteps,
  type Skipped,
  type SourceSplit,
  type Steps,
} from '@kestirme/datasets';
import type { BatchSource, DataInfo, Pixels } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { UsageError } from '../errors.js';
import { parseAugment } from '../options/augment.js';
import { parseDataOptions, parseLimit } from '../options/composite.js';
import { at } from '../options/parse.js';
import { parseValidation } from '../options/validation.js';
import { byteSize } from '../terminal/format.js';

export interface Images {
  readonly info: DataInfo;
  /** The files that they were read from: of a limit, what it kept of them. */
  readonly files: readonly DataFile[];
  /** The same, hashed from their first to their last byte, as versions before did. Reads them again. */
  wholeFiles(): Promise<readonly DataFile[]>;
  /** The name of the parts, where there is more than one way to part the samples. */
  readonly split: string | undefined;
  /** Of images and labels in memory, in bytes: one copy, which all threads read. */
  readonly heldBytes: number;
  /** What could not be read and is left out. */
  readonly skipped: readonly Skipped[];
  /** The steps that `augment` stands for; null: none. */
  steps(augment: string): Steps | null;
  /** Batches for one run, in the order that its seed gives; the run closes it. */
  batches(config: Pick<ResolvedConfig, 'seed' | 'batch' | 'augment' | 'sampling' | 'loaderWorkers'>): BatchSource;
}

export type Choice = Pick<ResolvedConfig, 'data' | 'limit' | 'validation'> & {
  dataOptions?: ResolvedConfig['dataOptions'] | undefined;
  skipCorrupt?: boolean | undefined;
  timeSteps: number;
  /** Folder for what is prepared once. */
  cache?: string | undefined;
  /** Is told how far a long preparation is. */
  onProgress?: ((progress: OpenProgress) => void) | undefined;
};

/** Opens 'NAME' or 'NAME:DIR' and keeps of each part what `limit` and `validation` say. */
export async function openImages(choice: Choice): Promise<Images> {
  const dataset = await open(choice).catch((error: unknown) => {
    // More images than there are.
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  });
  return {
    info: dataset.info,
    files: dataset.files,
    wholeFiles: async () => (await open(choice, true)).files,
    split: dataset.split,
    heldBytes: heldBytes(dataset),
    skipped: dataset.skipped ?? [],
    steps: (augment) => stepsFor(augment, dataset),
    batches({ seed, batch, augment, sampling, loaderWorkers }) {
      const changes = stepsFor(augment, dataset);
      try {
        return createLoader(dataset, { batchSize: batch, seed, augment: changes, sampling, workers: loaderWorkers });
      } catch (error) {
        throw error instanceof RangeError ? new UsageError(error.message) : error;
      }
    },
  };
}

function stepsFor(augment: string, dataset: OpenedDataset): Steps | null {
  const steps = parseAugment(augment);
  return typeof steps === 'string' ? presetSteps(steps, dataset) : steps;
}

/** Samples that are read when they are needed are not in memory, but for those of arrays that a part of is kept. */
function heldBytes({ train, test }: OpenedDataset): number {
  const memory = new Map<ArrayBufferLike, number>();
  for (const split of [train, test]) {
    const { pixels } = 'images' in split ? { pixels: split.images } : pixelsOf(split.source);
    for (const one of [pixels, split.labels]) if (one !== undefined) memory.set(one.buffer, one.buffer.byteLength);
  }
  return [...memory.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function pixelsOf(source: SourceSplit['source']): { pixels?: Pixels } {
  if (source.kind === 'subset') return pixelsOf(source.of);
  return source.kind === 'memory' ? { pixels: source.pixels } : {};
}

/** The line of a memory plan that is no part of the engine's memory. */
export function dataLine({ heldBytes: bytes, info }: Pick<Images, 'heldBytes' | 'info'>): string {
  const what = info.frames === undefined ? 'images' : 'frames';
  return `${what} in memory: ${byteSize(bytes)}, one copy for all threads`;
}

/** How many files were left out, and the first of them; null: none. */
export function skippedInWords(skipped: readonly Skipped[]): string | null {
  const [first] = skipped;
  if (first === undefined) return null;
  const what = skipped.length === 1 ? '1 file is skipped' : `${skipped.length} files are skipped, the first of them`;
  return `${what}: ${first.file}: ${first.reason}; result.json lists them`;
}

async function open(choice: Choice, wholeFiles = false): Promise<OpenedDataset> {
  const { data, limit, validation, dataOptions, skipCorrupt, timeSteps, onProgress } = choice;
  const { cache = process.env.KESTIRME_CACHE } = choice;
  return openDataset(data, {
    limit: parseLimit(limit) ?? {},
    ...{ validation: parseValidation(validation), skipCorrupt, timeSteps, cacheDir: cache, wholeFiles },
    ...(onProgress === undefined ? {} : { onProgress }),
    options: at('--data-options', () => parseDataOptions(data, dataOptions)),
  });
}
