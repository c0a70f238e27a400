/** Frames in files, one for each sample: what a cache has of recordings. */
import { readFile } from 'node:fs/promises';
import { fileProblem } from '../error.js';
import { decodeFrames } from '../events/frames/npyFrames.js';
import type { SampleReader } from './sample.js';

export interface FrameFilesSource {
  kind: 'frame-files';
  /** Of each position: a .npy file, [T, height, width, channels]. */
  files: string[];
}

export function openFrameFiles({ files }: FrameFilesSource): SampleReader {
  return {
    async read(position) {
      const file = files[position] as string;
      const bytes = await readFile(file).catch((error: unknown) => {
        throw fileProblem(error, file, 'frames that were made when the data set was opened');
      });
      return decodeFrames(bytes, file);
    },
  };
}
