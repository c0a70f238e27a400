import { fields } from 'kestirme';
import { catalog } from '../catalog.js';
import { datasetKind } from '../kind.js';
import { openEventSet } from './open.js';
import { eventSetOptions } from './options.js';
import { findSamples } from './recordings.js';
import { spikingJellyReadings } from './spikingJelly.js';
import { byNumber, firstShare } from './splits.js';

const { classNames } = catalog.cifar10;

/** The publisher has made no parts; accuracies by different ones do not compare. */
export const cifar10DvsSplits = {
  'spikingjelly-0.9': firstShare(0.9),
  tebn: byNumber("TEBN's: of each class, 100 to 999 for training, 0 to 99 for tests", (number) => number >= 100),
  tet: byNumber("TET's: of each class, 0 to 899 for training, 900 to 999 for tests", (number) => number < 900),
};

export const cifar10DvsSet = datasetKind({
  name: 'cifar10-dvs',
  help: 'CIFAR10-DVS: 10,000 pictures of CIFAR-10 that move before a camera, 128x128',
  paper: 'Li et al. 2017',
  confidence: 'high',
  parity: 'SpikingJelly',
  source: 'DIR',
  options: {
    ...eventSetOptions,
    split: fields.choice({
      choices: ['spikingjelly-0.9', 'tebn', 'tet'],
      usual: 'spikingjelly-0.9',
      help: 'The first 90 % by name; 100-999 of each class (higher accuracies); or 0-899 of each class',
    }),
  },
  open: (request) =>
    openEventSet(
      {
        name: 'cifar10-dvs',
        classNames,
        sensor: { height: 128, width: 128 },
        splits: cifar10DvsSplits,
        // As TET has it, and those after it.
        augment: [{ kind: 'flip' }, { kind: 'roll', pixels: 5 }],
        find(dir, settings, opener) {
          const expected =
            'airplane/cifar10_airplane_0.aedat ... truck/cifar10_truck_999.aedat, unpacked or in zip archives';
          const readings = [readPath, ...spikingJellyReadings(settings, classNames, false, numberIn)];
          return findSamples(dir, readings, opener, expected);
        },
      },
      request,
    ),
});

/** The publisher's AEDAT 2.0, or tonic's copy in AEDAT 4. */
function readPath(name: string) {
  const [, className, base, version] = /(?:^|\/)([a-z]+)\/([^/]*\d)\.aedat(4?)$/.exec(name) ?? [];
  const label = classNames.indexOf(className ?? '');
  if (base === undefined || label < 0) return null;
  return { format: version === '4' ? 'aedat4' : 'aedat2', label, part: null, number: numberIn(base) };
}

function numberIn(base: string): number | null {
  const [digits] = /\d+$/.exec(base) ?? [];
  return digits === undefined ? null : Number(digits);
}
