/** A loader's worker thread: fills the batches it is asked for and says when each is done. */
import { platform } from '#platform';
import { answerFill } from './fillBatch.js';

platform.serve(answerFill);
