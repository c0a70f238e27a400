import { createEngine } from 'kestirme';
import { contender } from './contender.mjs';

/** Inside one worker, without ending it: from `first` threads to `second`. */
async function resizeInOneThread(first, second) {
  const worker = new Worker(new URL('./inlineWorker.mjs', import.meta.url), { type: 'module' });
  worker.postMessage([first, second]);
  const answer = await new Promise((resolve) => {
    worker.addEventListener('message', ({ data }) => resolve(data));
    worker.addEventListener('error', ({ message }) => resolve(message));
  });
  worker.terminate();
  return answer;
}

globalThis.kestirmePage = { ours: { ...contender(createEngine), resizeInOneThread } };
