import { fields } from 'kestirme';
import { datasetKind } from '../kind.js';
import { openEventSet } from './open.js';
import { eventSetOptions } from './options.js';
import { findSamples } from './recordings.js';
import { spikingJellyReadings } from './spikingJelly.js';
import { official } from './splits.js';

const digits = Array.from({ length: 10 }, (_, digit) => String(digit));
const splits = { official };

export const nmnistSet = datasetKind({
  name: 'nmnist',
  help: 'N-MNIST: digits on a screen before a camera that moves, 34x34',
  paper: 'Orchard et al. 2015',
  confidence: 'high',
  parity: 'SpikingJelly, tonic',
  source: 'DIR',
  options: {
    ...eventSetOptions,
    split: fields.choice({ choices: ['official'], usual: 'official', help: 'Folders Train and Test' }),
  },
  open: (request) =>
    openEventSet(
      {
        name: 'nmnist',
        classNames: digits,
        sensor: { height: 34, width: 34 },
        splits,
        // A digit mirrored is no digit.
        augment: null,
        find(dir, settings, opener) {
          const expected = 'Train/0 ... Test/9 with recordings NNNNN.bin, unpacked or as Train.zip and Test.zip';
          return findSamples(
            dir,
            [readPath, ...spikingJellyReadings(settings, digits, true, () => null)],
            opener,
            expected,
          );
        },
      },
      request,
    ),
});

function readPath(name: string) {
  const [, part, digit] = /(?:^|\/)(train|test)\/(\d)\/[^/]+\.bin$/i.exec(name) ?? [];
  if (part === undefined) return null;
  const which = part.toLowerCase() === 'train' ? ('train' as const) : ('test' as const);
  return { format: 'nmnist', label: Number(digit), part: which, number: null };
}
