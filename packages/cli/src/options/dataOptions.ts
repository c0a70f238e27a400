/** What to train on, and how it is loaded. */
import { augmentType } from './augment.js';
import { checkData, checkLimit, DATASETS } from './composite.js';
import { option, optional } from './option.js';
import { choice, flag, number, text } from './types.js';
import { type Validation, validationType } from './validation.js';

const data = { group: 'Data' };

export const dataOptions = {
  data: option(
    text('NAME[:DIR]', DATASETS.join(' | '), checkData),
    'builtin',
    'Images or recordings to train on; DIR as from `data get`',
    data,
  ),
  dataOptions: optional(
    text('KEY=VALUE,...', '', (same) => same),
    'Options of the data set, see `kestirme zoo data`',
    data,
  ),
  skipCorrupt: optional(flag, 'Leave out files that cannot be read, and list them in result.json', {
    ...data,
    defaultText: 'they end the run',
  }),
  limit: option(text('TRAIN,TEST', '', checkLimit), 'all', 'Use the first so many images only', data),
  validation: option<Validation>(
    validationType,
    0,
    'Judge epochs by a share of the training images, drawn from all classes and held out, and test the best one at the end; ' +
      'N: the last N training images in place of the test images',
    data,
  ),
  augment: option(
    augmentType,
    'standard',
    "Random changes of the training images: the data set's usual ones, AutoAugment behind them, or steps of `kestirme zoo augmentation`",
    data,
  ),
  sampling: optional(
    choice(['shuffle', 'balanced']),
    'Each training image once in an epoch, or draws in which all classes are as likely',
    { ...data, defaultText: 'shuffle' },
  ),
  loaderWorkers: option(
    number({ min: 0, max: 64, integer: true }),
    1,
    'Threads that load images ahead of training',
    data,
  ),
};
