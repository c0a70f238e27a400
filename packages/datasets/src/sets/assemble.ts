/** Makes a data set of its parts. */
import { interruptible } from 'kestirme';
import type { DataFile } from '../formats/fileHash.js';
import type { Records } from '../formats/records.js';
import { type CatalogEntry, defaultAugment } from './catalog.js';
import { allocateSplit, type OpenedImages } from './dataset.js';
import type { OpenRequest } from './kind.js';
import { balancedQuotas, requireLimit, requireLimitWithin } from './limit.js';
import { chooseParts, type Part, wantedFrom } from './parts.js';

type Options = Pick<OpenRequest<unknown>, 'limit' | 'validation' | 'signal' | 'wholeFiles'>;

/**
 * The data set of this entry, whose parts `open` brings. Which images are kept is known by their labels, before an image is
 * read; of files, then, no more is read than these need.
 */
export async function assemble(
  entry: CatalogEntry,
  open: (part: Part) => Promise<Records>,
  { limit, validation = 0, signal, wholeFiles = false }: Options,
): Promise<OpenedImages> {
  requireLimit(limit);
  const { name, channels, height, width, classNames, mean, std } = entry;
  const classes = classNames.length;
  const opened: Partial<Record<Part, Records>> = {};
  const within = <T>(work: Promise<T>) => interruptible(work, signal);
  try {
    signal?.throwIfAborted();
    opened.train = await within(open('train'));
    const labels = {
      train: await within(labelsFor(opened.train, classes, validation === 0 ? limit?.train : undefined, 'training')),
      test: [] as number[],
    };
    if (validation === 0) {
      opened.test = await within(open('test'));
      labels.test = await within(labelsFor(opened.test, classes, limit?.test, 'test'));
    }
    const places = chooseParts(labels, classes, { limit, validation });
    const split = (part: Part) => allocateSplit(places[part].length, height * width * channels);
    const [train, test] = [split('train'), split('test')];
    const files: DataFile[] = [];
    for (const from of ['train', 'test'] as const) {
      const records = opened[from];
      if (records === undefined) continue;
      signal?.throwIfAborted();
      const wanted = wantedFrom(from, places, { train, test });
      files.push(...(await within(records.read(wanted, wholeFiles || wanted.length === records.size))));
    }
    return {
      info: {
        name,
        channels,
        height,
        width,
        classes,
        classNames: [...classNames],
        trainSize: train.size,
        testSize: test.size,
        mean: [...mean],
        std: [...std],
      },
      train,
      test,
      augment: defaultAugment(entry),
      files,
    };
  } finally {
    for (const records of Object.values(opened)) void records.close();
  }
}

/** Labels read at once, while it is not known how many are needed. */
const labelsAtOnce = 500;

/**
 * The labels of the first images, as many as it takes to know which `limit` of them are balanced; all, when there is no
 * limit or a class has too few.
 */
async function labelsFor(
  records: Records,
  classes: number,
  limit: number | undefined,
  part: string,
): Promise<number[]> {
  if (limit !== undefined) requireLimitWithin(limit, records.size, part);
  const found: number[] = [];
  const missing = balancedQuotas(classes, limit ?? records.size);
  let left = limit ?? Number.POSITIVE_INFINITY;
  while (found.length < records.size && left > 0) {
    const end = Math.min(records.size, found.length + labelsAtOnce);
    for (const label of Array.from(await records.labels(found.length, end))) {
      found.push(label);
      if ((missing[label] as number) <= 0) continue;
      missing[label] = (missing[label] as number) - 1;
      left--;
    }
  }
  return found;
}
