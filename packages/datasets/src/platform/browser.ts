import { ownFiles } from 'kestirme';
import type { FillReply, FillRequest } from '../loader/fillBatch.js';
import { workerScript } from '../ownFiles.js';
import type { FillThreadData, Platform } from './platform.js';

export const platform: Platform = {
  startFillThread({ inPage, url }, threadData, onReply, onEnd) {
    const { worker, unloaded } = ownFiles.startPageWorker(inPage, workerScript('createLoader', url));
    worker.addEventListener('message', ({ data }: MessageEvent<FillReply>) => onReply(data));
    worker.addEventListener('error', (event) => {
      // Told to the listener, so it is no uncaught error of the page. The error leaves the worker alive.
      event.preventDefault();
      worker.terminate();
      // A script that cannot be loaded is told by an event without a message.
      onEnd(new Error(`a data loading thread failed: ${event.message || unloaded}`));
    });
    worker.postMessage(threadData);
    return {
      ask: (request) => worker.postMessage(request),
      hold: () => {},
      async terminate() {
        worker.terminate();
      },
    };
  },

  serve(begin) {
    let answer: ReturnType<typeof begin> | null = null;
    globalThis.addEventListener('message', (event) => {
      const { data } = event as MessageEvent;
      if (answer === null) answer = begin(data as FillThreadData);
      else answer(data as FillRequest).then((reply) => globalThis.postMessage(reply), fail);
    });
  },
};

/** Whoever started the worker hears of errors, and not of rejected promises. */
function fail(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}
