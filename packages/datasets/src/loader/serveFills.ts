/** A loader's worker thread: fills the batches it is asked for and says when each is done. */

import { openers } from '#openers';
import { platform } from '#platform';
import { readImageWasmFrom } from '../ownFiles.js';
import { BatchFiller } from './fillBatch.js';

export function serveFills(): void {
  platform.serve(({ sources, wasmUrl }) => {
    readImageWasmFrom(wasmUrl);
    const filler = new BatchFiller(sources, openers);
    return (request) => filler.answer(request);
  });
}
