import { datasetKinds, steps } from '@kestirme/datasets';
import { type Family, families as methods } from 'kestirme';

/** Everything that has a name, in the order of its use. */
export const families: readonly Family[] = [
  { name: 'data', option: 'data', kinds: datasetKinds },
  { name: 'augmentation', option: 'augment', kinds: steps },
  ...methods,
];
