import { fields } from 'kestirme';
import { datasetKind } from '../kind.js';
import { openEventSet } from './open.js';
import { eventSetOptions } from './options.js';
import { findSamples } from './recordings.js';
import { official } from './splits.js';

const classNames = ['background', 'cars'];

export const nCarsSet = datasetKind({
  name: 'n-cars',
  help: 'N-Cars: 24,029 views of streets, with a car or without, 120x100',
  paper: 'Sironi et al. 2018',
  confidence: 'high',
  parity: 'tonic',
  source: 'DIR',
  options: {
    ...eventSetOptions,
    split: fields.choice({ choices: ['official'], usual: 'official', help: 'Folders n-cars_train and n-cars_test' }),
  },
  open: (request) =>
    openEventSet(
      {
        name: 'n-cars',
        classNames,
        sensor: { height: 100, width: 120 },
        splits: { official },
        augment: [{ kind: 'flip' }],
        find(dir, _, opener) {
          const expected =
            'n-cars_train/cars, n-cars_train/background and the same of n-cars_test, with recordings .dat';
          return findSamples(dir, [readPath], opener, expected);
        },
      },
      request,
    ),
});

function readPath(name: string) {
  const [, part, className] = /(?:^|\/)(?:n-cars_)?(train|test)\/(background|cars)\/[^/]+\.dat$/i.exec(name) ?? [];
  if (className === undefined) return null;
  const which = part?.toLowerCase() === 'train' ? ('train' as const) : ('test' as const);
  return { format: 'dat', label: classNames.indexOf(className.toLowerCase()), part: which, number: null };
}
