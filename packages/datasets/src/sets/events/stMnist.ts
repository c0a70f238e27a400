import { fields } from 'kestirme';
import { datasetKind } from '../kind.js';
import { openEventSet } from './open.js';
import { eventSetOptions } from './options.js';
import { findSamples } from './recordings.js';
import { firstShare } from './splits.js';

const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

/** The publisher has made no parts. */
const splits = { 'first-0.8': firstShare(0.8), 'first-0.9': firstShare(0.9) };

export const stMnistSet = datasetKind({
  name: 'st-mnist',
  help: 'ST-MNIST: 6,953 digits written on a tactile skin, 10x10',
  paper: 'See et al. 2020',
  confidence: 'medium',
  parity: 'tonic, for events; it makes no parts either',
  source: 'DIR',
  options: {
    ...eventSetOptions,
    split: fields.choice({
      choices: ['first-0.8', 'first-0.9'],
      usual: 'first-0.8',
      help: 'The first 80 or 90 % of each class by name are for training',
    }),
  },
  open: (request) =>
    openEventSet(
      {
        name: 'st-mnist',
        classNames: digits,
        sensor: { height: 10, width: 10 },
        splits,
        augment: null,
        find: (dir, _, opener) =>
          findSamples(dir, [readPath], opener, 'data_submission/0 ... data_submission/9 with recordings .mat'),
      },
      request,
    ),
});

function readPath(name: string) {
  const [, digit] = /(?:^|\/)(\d)\/[^/]+\.mat$/i.exec(name) ?? [];
  return digit === undefined ? null : { format: 'stmnist', label: Number(digit), part: null, number: null };
}
