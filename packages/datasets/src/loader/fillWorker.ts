/** A loader's worker thread: fills the batches it is asked for and says when each is done. */

import { openers } from '#openers';
import { platform } from '#platform';
import { BatchFiller } from './fillBatch.js';

platform.serve((sources) => {
  const filler = new BatchFiller(sources, openers);
  return (request) => filler.answer(request);
});
