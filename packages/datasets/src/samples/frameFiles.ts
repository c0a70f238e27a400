/** Frames in files, one for each sample: what a cache has of recordings. What it does not have is made again. */
import { open } from 'node:fs/promises';
import { type CacheSettings, markUsed } from '../cache/room.js';
import { fileProblem } from '../error.js';
import { FileOpener } from '../events/files/files.js';
import { eventFormats } from '../events/formats/index.js';
import { FrameCache } from '../events/frames/cache.js';
import { decodeFrames } from '../events/frames/npyFrames.js';
import { type JobSettings, makeAgain, type RecordingJob } from '../events/frames/recording.js';
import { type Names, nameAt } from '../images/names.js';
import type { SampleReader } from './sample.js';

export interface FrameFilesSource {
  kind: 'frame-files';
  /** Of each position: a .npy file, [T, height, width, channels]. */
  files: string[];
  /** Of each position: what its frames are made of, see `originText`. */
  origins: Names;
  settings: JobSettings;
  cache: CacheSettings;
}

/** The recording that a sample is in, and which of its samples it is. */
export interface FrameOrigin {
  recording: Pick<RecordingJob, 'ref' | 'format' | 'spans'>;
  span: number;
}

export function openFrameFiles({ files, origins, settings, cache: kept }: FrameFilesSource): SampleReader {
  const cache = new FrameCache(kept);
  const opener = new FileOpener();
  return {
    async read(position) {
      const file = files[position] as string;
      const bytes = await readIfThere(file);
      if (bytes !== null) return decodeFrames(bytes, file);
      const { recording, span } = parseOrigin(nameAt(origins, position));
      return makeAgain({ ...recording, ...settings }, span, file, cache, opener, eventFormats);
    },
    close: () => void opener.close(),
  };
}

/** As JSON, which has no infinity: a whole recording's span is two of them. */
export function originText(origin: FrameOrigin): string {
  return JSON.stringify(origin, (_, value) => (Math.abs(value) === Infinity ? String(value) : value));
}

function parseOrigin(text: string): FrameOrigin {
  const { recording, span } = JSON.parse(text) as FrameOrigin;
  const spans = recording.spans.map(({ from, to }) => ({ from: Number(from), to: Number(to) }));
  return { recording: { ...recording, spans }, span };
}

/** Null: it gave way, or the cache had no room for it. One that is read counts as used that day. */
async function readIfThere(file: string): Promise<Uint8Array | null> {
  try {
    const entry = await open(file, 'r');
    try {
      markUsed(file, (await entry.stat()).mtimeMs);
      return await entry.readFile();
    } finally {
      await entry.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileProblem(error, file, 'frames that were made when the data set was opened');
  }
}
