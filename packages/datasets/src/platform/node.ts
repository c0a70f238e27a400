import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { FillRequest, Sources } from '../loader/fillBatch.js';
import type { Platform } from './platform.js';

export const platform: Platform = {
  startFillThread(_, sources, onReply, onEnd) {
    // The process's own flags are not for the threads: with `node --input-type=module -e ...` they would not start.
    const options = { workerData: sources, execArgv: [] };
    const worker = new Worker(new URL('../loader/fillWorker.js', import.meta.url), options);
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

  serve(answer) {
    const sources = workerData as Sources;
    parentPort?.on('message', (request: FillRequest) => parentPort?.postMessage(answer(sources, request)));
  },
};
