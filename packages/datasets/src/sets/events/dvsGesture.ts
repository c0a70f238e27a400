import { fields } from 'kestirme';
import { DatasetError } from '../../error.js';
import { type FileOpener, type FileRef, listFiles } from '../../events/files/files.js';
import { datasetKind } from '../kind.js';
import { parseGestureLabels, parseTrials } from './gestureFiles.js';
import { openEventSet } from './open.js';
import { eventSetOptions } from './options.js';
import { baseName, type EventSample, findSamples, inOrder } from './recordings.js';
import { spikingJellyReadings } from './spikingJelly.js';
import { official } from './splits.js';

/** In the order of the publisher's gesture_mapping.csv. */
const classNames = [
  'hand_clapping',
  'right_hand_wave',
  'left_hand_wave',
  'right_arm_clockwise',
  'right_arm_counter_clockwise',
  'left_arm_clockwise',
  'left_arm_counter_clockwise',
  'arm_roll',
  'air_drums',
  'air_guitar',
  'other_gestures',
];
const labels = classNames.map((_, label) => String(label));
const lists = { train: 'trials_to_train.txt', test: 'trials_to_test.txt' } as const;
const mostText = 16 * 1024 * 1024;

export const dvsGestureSet = datasetKind({
  name: 'dvs-gesture',
  help: 'DVS128 Gesture: 11 gestures of 29 people in three lights, 128x128',
  paper: 'Amir et al. 2017',
  confidence: 'high',
  parity: 'SpikingJelly',
  source: 'DIR',
  options: {
    ...eventSetOptions,
    split: fields.choice({
      choices: ['official'],
      usual: 'official',
      help: 'The trials of trials_to_train.txt and trials_to_test.txt',
    }),
  },
  open: (request) =>
    openEventSet(
      {
        name: 'dvs-gesture',
        classNames,
        classFolders: labels,
        sensor: { height: 128, width: 128 },
        splits: { official },
        // A gesture of the left hand mirrored is one of the right.
        augment: null,
        async find(dir, settings, opener) {
          const files = await listFiles(dir);
          const found = await findTrials(dir, files, opener);
          if (found !== null) return found;
          const expected = `${lists.train}, ${lists.test} and recordings userNN_LIGHT.aedat beside them (DvsGesture.tar.gz, unpacked)`;
          return findSamples(
            dir,
            spikingJellyReadings(settings, labels, true, () => null),
            opener,
            expected,
          );
        },
      },
      request,
    ),
});

/** A sample for each line of each trial's labels; null: the publisher's files are not there. */
async function findTrials(dir: string, files: readonly FileRef[], opener: FileOpener): Promise<EventSample[] | null> {
  const byName = new Map(files.map((ref) => [ref.name, ref]));
  const list = files.find(
    ({ name }) => name.endsWith(lists.train) && byName.has(name.replace(lists.train, lists.test)),
  );
  if (list === undefined) return null;
  const folder = list.name.slice(0, -lists.train.length);
  const required = (name: string) => {
    const ref = byName.get(`${folder}${name}`);
    if (ref === undefined) throw new DatasetError({ file: dir, offset: null }, `a file ${folder}${name}`, 'none');
    return ref;
  };
  const samples: EventSample[] = [];
  for (const part of ['train', 'test'] as const) {
    const trials = parseTrials(await textOf(required(lists[part]), opener), `${folder}${lists[part]}`);
    for (const trial of trials) {
      const ref = required(trial);
      const csv = required(trial.replace(/\.aedat$/, '_labels.csv'));
      const seen = new Map<number, number>();
      for (const { label, from, to } of parseGestureLabels(await textOf(csv, opener), csv.name)) {
        // As SpikingJelly names them: the trial, and how many of the gesture were before in it.
        const before = seen.get(label) ?? 0;
        seen.set(label, before + 1);
        const name = `${baseName(ref)}_${before}`;
        samples.push({ ref, format: 'aedat3', span: { from, to }, name, label, part, number: null });
      }
    }
  }
  return inOrder(samples);
}

async function textOf(ref: FileRef, opener: FileOpener): Promise<string> {
  const stream = await opener.open(ref);
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of stream.chunks()) {
    text += decoder.decode(part, { stream: true });
    if (text.length > mostText) throw new DatasetError({ file: ref.name, offset: null }, 'a short text', 'a long one');
  }
  return text;
}
