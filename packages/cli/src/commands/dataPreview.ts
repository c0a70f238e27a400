/** `kestirme data preview`: a page of samples as a network sees them. */
import type { Batch } from 'kestirme';
import { dataOptions } from '../options/dataOptions.js';
import { option, type Values } from '../options/option.js';
import { networkOptions, seedType } from '../options/table.js';
import { number, path } from '../options/types.js';
import { previewPage } from '../preview/page.js';
import { writeFileAtomic } from '../run/atomicFile.js';
import { openImages } from '../run/images.js';
import type { Terminal } from '../terminal/terminal.js';

const { data, limit, augment, skipCorrupt } = dataOptions;
const group = { group: 'Preview' };

export const previewOptions = {
  data,
  dataOptions: dataOptions.dataOptions,
  skipCorrupt,
  limit,
  augment,
  timeSteps: networkOptions.timeSteps,
  seed: option(seedType, 0, 'Of order and augmentation', group),
  epoch: option(number({ min: 0, max: 100_000, integer: true }), 0, 'Whose first training samples are shown', group),
  samples: option(number({ min: 1, max: 256, integer: true }), 24, 'Samples of each part', group),
  out: option(path('FILE'), 'preview.html', 'The page', group),
};

export async function preview(
  values: Values<typeof previewOptions> & { json: boolean },
  terminal: Terminal,
): Promise<number> {
  const { samples, seed, epoch, out, augment } = values;
  const images = await openImages({ ...values, validation: 0 });
  const { info, split } = images;
  const batch = Math.min(samples, info.trainSize);
  const first = async (of: string, part: (source: ReturnType<typeof images.batches>) => AsyncIterable<Batch>) => {
    const source = images.batches({ seed, batch, augment: of, loaderWorkers: 0 });
    try {
      for await (const one of part(source)) return copyOf(one);
      throw new Error('a data set without batches');
    } finally {
      await source.close();
    }
  };
  const page = previewPage({
    ...{ info, split, seed, epoch, steps: images.steps(augment) },
    read: await first('none', (source) => source.trainBatches(epoch)),
    trained: await first(augment, (source) => source.trainBatches(epoch)),
    test: await first('none', (source) => source.testBatches()),
  });
  await writeFileAtomic(out, page);
  terminal.out(values.json ? JSON.stringify({ out, samples: batch }) : `${out} shows ${batch} samples of ${info.name}`);
  return 0;
}

/** Its memory is used again. */
const copyOf = (batch: Batch): Batch => structuredClone(batch);
