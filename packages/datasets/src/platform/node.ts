import { existsSync } from 'node:fs';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { ownFiles } from 'kestirme';
import type { FillRequest } from '../loader/fillBatch.js';
import { workerScript } from '../ownFiles.js';
import type { FillThreadData, Platform } from './platform.js';

/** Not in the words that bundlers follow: of a worker for Node they would make something that does not run. */
const here = () => import.meta.url;

export const platform: Platform = {
  startFillThread({ url }, data, onReply, onEnd) {
    // The process's own flags are not for the threads: with `node --input-type=module -e ...` they would not start.
    const options = { workerData: data, execArgv: [] };
    const beside = () => new URL('../loader/fillWorker.js', here());
    const script = ownFiles.requireFile({ ...workerScript('createLoader', url), beside }, existsSync);
    const worker = new Worker(script, options);
    worker.on('message', onReply);
    worker.on('error', (cause) => {
      onEnd(new Error(`a data loading thread failed: ${cause instanceof Error ? cause.message : cause}`, { cause }));
    });
    worker.on('exit', (code) => onEnd(new Error(`a data loading thread ended with code ${code}`)));
    // After the listeners: each one added would count the worker again.
    worker.unref();
    return {
      ask: (request) => worker.postMessage(request),
      hold: (on) => (on ? worker.ref() : worker.unref()),
      async terminate() {
        // Else a process with nothing else to do would end before whoever waits here.
        worker.ref();
        await worker.terminate();
      },
    };
  },

  serve(begin) {
    const answer = begin(workerData as FillThreadData);
    // A rejection that nobody handles ends the thread, with its reason told to whoever started it.
    parentPort?.on('message', async (request: FillRequest) => parentPort?.postMessage(await answer(request)));
  },
};
