/** Makes a data set of its parts. */
import { interruptible } from 'kestirme';
import { type CatalogEntry, defaultAugment } from './catalog.js';
import type { NamedDataset, Split } from './dataset.js';
import type { OpenRequest } from './kind.js';
import { holdOut, limitSplit, requireLimit } from './limit.js';

/** The data set of this entry, whose parts `read` brings. */
export async function assemble(
  entry: CatalogEntry,
  read: (part: 'train' | 'test') => Promise<Split>,
  { limit, validation = 0, signal }: Pick<OpenRequest<unknown>, 'limit' | 'validation' | 'signal'>,
): Promise<NamedDataset> {
  requireLimit(limit);
  const { name, channels, height, width, classNames, mean, std } = entry;
  const classes = classNames.length;
  // One part after the other: the whole of CIFAR-100's training file and its subset need not lie beside the test file.
  const part = (which: 'train' | 'test') => {
    signal?.throwIfAborted();
    return interruptible(read(which), signal);
  };
  const whole = await part('train');
  const { kept, heldOut } = validation === 0 ? { kept: whole, heldOut: null } : holdOut(whole, classes, validation);
  const train = limitSplit(kept, classes, limit?.train, 'training');
  const test = limitSplit(heldOut ?? (await part('test')), classes, limit?.test, 'test');
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
  };
}
