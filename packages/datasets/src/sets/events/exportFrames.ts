/** Frames of a data set as SpikingJelly keeps them, so that its programs go on with them. */
import { join } from 'node:path';
import { completeOptions } from 'kestirme';
import { writeCacheFile } from '../../cache/atomic.js';
import type { Frames } from '../../events/frames/maker.js';
import { writeNpz } from '../../formats/writeNpz.js';
import { openFrameFiles } from '../../samples/frameFiles.js';
import type { OpenOptions } from '../kind.js';
import { openDataset, parseSource } from '../open.js';
import { eventSets } from './index.js';
import { type EventSplit, type OpenedRecordings, usualTimeSteps } from './open.js';
import { type FrameOptions, frameSettings } from './options.js';
import { framesFolder } from './spikingJelly.js';

export interface ExportedFrames {
  /** `out`, and in it the folder by whose name SpikingJelly knows the settings. */
  dir: string;
  files: number;
}

/**
 * Writes the frames of `source` ('cifar10-dvs:DIR') below `out`: `frames_number_10_split_by_number/CLASS/NAME.npz`, with
 * train/ and test/ before CLASS where the publisher has such parts. Each file has an array `frames`, [T, 2, H, W] of 64-bit
 * floats. @throws RangeError for a data set of other things, or frames for which SpikingJelly has no name; what opening
 * the data set throws
 */
export async function exportFrames(source: string, out: string, options: OpenOptions = {}): Promise<ExportedFrames> {
  const kind = eventSets.find(({ name }) => name === parseSource(source).name);
  if (kind === undefined) {
    const names = eventSets.map(({ name }) => name).join(', ');
    throw new RangeError(`frames are made of recordings: of ${names}; got '${source}'`);
  }
  const complete = completeOptions([kind], kind, [options.options ?? {}]) as unknown as FrameOptions;
  const settings = frameSettings(complete, options.timeSteps ?? usualTimeSteps);
  const folder = framesFolder(settings);
  if (folder === null || settings.polarity !== 'two') {
    throw new RangeError(
      "SpikingJelly's caches have counts of two polarities, by the modes sj-number, sj-time or sj-duration; these frames " +
        `are by ${settings.mode}, ${settings.surface}, polarity ${settings.polarity}`,
    );
  }
  const dataset = (await openDataset(source, options)) as OpenedRecordings;
  const dir = join(out, folder);
  for (const split of [dataset.train, dataset.test]) await writeSplit(split, dir, settings.mode, options.signal);
  return { dir, files: dataset.train.size + dataset.test.size };
}

async function writeSplit({ source, paths }: EventSplit, dir: string, mode: string, signal: AbortSignal | undefined) {
  if (source.kind !== 'frame-files') throw new Error(`frames in files, not '${source.kind}'`);
  const reader = openFrameFiles(source);
  try {
    for (const [position, path] of paths.entries()) {
      signal?.throwIfAborted();
      const frames = (await reader.read(position)) as Frames;
      // Of a duration, its names end with how many frames there are.
      const name = mode === 'sj-duration' ? `${path}_${frames.frames}` : path;
      await writeCacheFile(join(dir, `${name}.npz`), frameArchiveOf(frames));
    }
  } finally {
    reader.close?.();
  }
}

/** [T, H, W, 2] to an .npz of [T, 2, H, W]. */
function frameArchiveOf({ pixels, frames, height, width, channels }: Frames): Uint8Array {
  const plane = height * width;
  const data = new Float64Array(pixels.length);
  for (let i = 0; i < data.length; i++) {
    const [frame, inFrame] = [Math.floor(i / (channels * plane)), i % (channels * plane)];
    const [channel, pixel] = [Math.floor(inFrame / plane), inFrame % plane];
    data[i] = pixels[(frame * plane + pixel) * channels + channel] as number;
  }
  return writeNpz({ frames: { shape: [frames, channels, height, width], data } });
}
