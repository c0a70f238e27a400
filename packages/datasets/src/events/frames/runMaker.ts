/** A thread of `makerThreads`: makes the frames of each recording that it is handed. */
import { parentPort } from 'node:worker_threads';
import { DatasetError } from '../../error.js';
import { FileOpener } from '../files/files.js';
import { eventFormats } from '../formats/index.js';
import { FrameCache } from './cache.js';
import type { MakerReply, MakerRequest, MakerThreadData } from './makerThreads.js';
import { makeRecording } from './recording.js';

export function runMakerThread({ cache: kept }: MakerThreadData): void {
  const cache = new FrameCache(kept);
  const opener = new FileOpener();
  parentPort?.on('message', async ({ index, job }: MakerRequest) => {
    const reply = await makeRecording(job, cache, opener, eventFormats).then(
      (one): MakerReply => ({ index, one }),
      (error: unknown): MakerReply => {
        if (!(error instanceof DatasetError)) return { error };
        const { file, offset, expected, found } = error;
        return { refused: { file, offset, expected, found } };
      },
    );
    parentPort?.postMessage(reply);
  });
}
