/** Opens a data set of recordings: finds them, parts them, makes their frames. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { fileUrl } from 'kestirme';
import type { Steps } from '../../augment/index.js';
import { cacheFolder } from '../../cache/folder.js';
import { DatasetError } from '../../error.js';
import { FileOpener } from '../../events/files/files.js';
import type { Sensor } from '../../events/frames/maker.js';
import { prepareFrames } from '../../events/frames/prepare.js';
import type { JobSettings, RecordingJob, RecordingMade } from '../../events/frames/recording.js';
import type { FrameSettings } from '../../events/frames/settings.js';
import type { DataFile } from '../../formats/fileHash.js';
import { packNames } from '../../images/names.js';
import { type FrameOrigin, originText } from '../../samples/frameFiles.js';
import type { OpenedDataset, Skipped, SourceSplit } from '../dataset.js';
import type { OpenRequest } from '../kind.js';
import { atPlaces, chooseParts, type Part } from '../parts.js';
import { type EventSetOptions, frameSettings } from './options.js';
import type { EventSample } from './recordings.js';
import type { SplitRule } from './splits.js';

export interface EventSetSpec<SplitName extends string> {
  name: string;
  /** By label. */
  classNames: readonly string[];
  /** What SpikingJelly calls the folders of the classes, where that is not their names. */
  classFolders?: readonly string[];
  sensor: Sensor;
  splits: Readonly<Record<SplitName, SplitRule>>;
  augment: Steps | null;
  /** All samples, by class and then by name. */
  find(dir: string, settings: FrameSettings, opener: FileOpener): Promise<EventSample[]>;
}

/** A part, with the path that SpikingJelly gives each sample in its caches, without the ending. */
export interface EventSplit extends SourceSplit {
  paths: string[];
}

export interface OpenedRecordings extends OpenedDataset {
  train: EventSplit;
  test: EventSplit;
}

/** T of a network that nobody has named. */
export const usualTimeSteps = 4;

export async function openEventSet<SplitName extends string>(
  spec: EventSetSpec<SplitName>,
  request: OpenRequest<EventSetOptions & { split: SplitName }>,
): Promise<OpenedRecordings> {
  const { options, timeSteps = usualTimeSteps, signal, onProgress } = request;
  const skipCorrupt = request.skipCorrupt ?? false;
  const dir = resolve(request.dir);
  const settings = frameSettings(options, timeSteps);
  const opener = new FileOpener();
  const samples = await spec.find(dir, settings, opener).finally(() => opener.close());
  signal?.throwIfAborted();
  const parts = spec.splits[options.split].part(samples);
  requireSamples(dir, options.split, parts);

  const labels = { train: parts.train.map(labelOf), test: parts.test.map(labelOf) };
  const places = chooseParts(labels, spec.classNames.length, request);
  const wanted = { train: atPlaces(parts, places.train), test: atPlaces(parts, places.test) };

  const { sensor } = spec;
  const cache = { folder: cacheFolder(request.cacheDir), bytes: options.cacheGigabytes * 1e9 };
  const shared = { sensor, settings, skipCorrupt };
  const jobs = jobsOf([...wanted.train, ...wanted.test], shared);
  const workerUrl = fileUrl('workerUrl', request.workerUrl);
  const made = await prepareFrames(jobs.list, { dir, cache, workerUrl, signal, onProgress });
  const framesOf = (sample: EventSample) => {
    const { job, span } = jobs.placeOf(sample);
    return (made[job] as RecordingMade).samples[span] as string | null;
  };
  const pathOf = ({ part, label, name }: EventSample) =>
    `${part === null ? '' : `${part}/`}${(spec.classFolders ?? spec.classNames)[label]}/${name}`;
  const splitOf = (all: readonly EventSample[]): EventSplit => {
    const kept = all.flatMap((sample) => {
      const file = framesOf(sample);
      return file === null ? [] : [{ file, sample }];
    });
    return {
      source: {
        kind: 'frame-files',
        files: kept.map(({ file }) => file),
        origins: packNames(kept.map(({ sample }) => originText(jobs.originOf(sample)))),
        ...{ settings: shared, cache },
      },
      floats: true,
      labels: Int32Array.from(kept, ({ sample }) => sample.label),
      size: kept.length,
      paths: kept.map(({ sample }) => pathOf(sample)),
    };
  };
  const [train, test] = [splitOf(wanted.train), splitOf(wanted.test)];
  if (train.size === 0 || test.size === 0) {
    const which = train.size === 0 ? 'training' : 'test';
    throw new DatasetError({ file: dir, offset: null }, `${which} samples`, 'none but corrupt ones');
  }
  const hashOf = (sample: EventSample) => (made[jobs.placeOf(sample).job] as RecordingMade).contents;
  const side = settings.resize;
  const channels = settings.polarity === 'two' ? 2 : 1;
  return {
    info: {
      name: spec.name,
      channels,
      height: side || sensor.height,
      width: side || sensor.width,
      frames: settings.frames,
      classes: spec.classNames.length,
      classNames: [...spec.classNames],
      trainSize: train.size,
      testSize: test.size,
      // Frames of floats are taken as they are.
      mean: new Array<number>(channels).fill(0),
      std: new Array<number>(channels).fill(1),
    },
    train,
    test,
    augment: spec.augment,
    files: [
      fingerprint(`${spec.name}-train`, wanted.train, hashOf),
      fingerprint(`${spec.name}-test`, wanted.test, hashOf),
    ],
    split: options.split,
    skipped: jobs.list.flatMap(({ ref }, i): Skipped[] => {
      const { problem } = made[i] as RecordingMade;
      return problem === null ? [] : [{ file: ref.name, reason: problem }];
    }),
  };
}

const labelOf = ({ label }: EventSample) => label;

function requireSamples(dir: string, split: string, parts: Record<Part, unknown[]>): void {
  for (const part of ['train', 'test'] as const) {
    if (parts[part].length > 0) continue;
    const expected = `recordings for ${part === 'train' ? 'training' : 'tests'} by the split '${split}'`;
    throw new DatasetError({ file: dir, offset: null }, expected, 'none');
  }
}

interface Jobs {
  list: RecordingJob[];
  placeOf(sample: EventSample): { job: number; span: number };
  originOf(sample: EventSample): FrameOrigin;
}

/** One job for each recording, whatever samples are in it. */
function jobsOf(samples: readonly EventSample[], shared: JobSettings): Jobs {
  const list: RecordingJob[] = [];
  const byName = new Map<string, number>();
  const places = new Map<EventSample, { job: number; span: number }>();
  for (const sample of samples) {
    const { ref, format, span } = sample;
    const job = byName.get(ref.name) ?? list.push({ ref, format, spans: [], ...shared }) - 1;
    byName.set(ref.name, job);
    places.set(sample, { job, span: (list[job] as RecordingJob).spans.push(span) - 1 });
  }
  const placeOf = (sample: EventSample) => places.get(sample) as { job: number; span: number };
  const originOf = (sample: EventSample) => {
    const { job, span } = placeOf(sample);
    const { ref, format, spans } = list[job] as RecordingJob;
    return { recording: { ref, format, spans }, span };
  };
  return { list, placeOf, originOf };
}

/** One file stands for all recordings of a part: their names, contents, labels and spans, in their order. */
function fingerprint(
  name: string,
  samples: readonly EventSample[],
  contentsOf: (sample: EventSample) => { bytes: number; sha256: string },
): DataFile {
  const hash = createHash('sha256');
  const counted = new Set<string>();
  let bytes = 0;
  for (const sample of samples) {
    const contents = contentsOf(sample);
    hash.update(`${contents.sha256} ${sample.label} ${sample.span.from} ${sample.span.to}\n`);
    if (!counted.has(sample.ref.name)) bytes += contents.bytes;
    counted.add(sample.ref.name);
  }
  return { name, bytes, sha256: hash.digest('hex') };
}
