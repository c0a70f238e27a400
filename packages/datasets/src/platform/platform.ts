import type { FillReply, FillRequest, Sources } from '../loader/fillBatch.js';

/** What loading needs of its host. `node.ts` and `browser.ts` each export one of these as `platform`. */
export interface Platform {
  /** `onEnd`: it failed or ended. */
  startFillThread(
    script: FillScript,
    data: FillThreadData,
    onReply: (reply: FillReply) => void,
    onEnd: (cause: Error) => void,
  ): FillThread;
  /** In that thread: `begin` is told the data, and what it gives answers every request. */
  serve(begin: (data: FillThreadData) => (request: FillRequest) => Promise<FillReply>): void;
}

/** `fillWorker.js`. */
export interface FillScript {
  /** Makes the worker, in the words that bundlers of pages follow. */
  inPage(): Worker;
  /** Of `worker.js`, where the program says where it lies; it is taken then. */
  url: string | undefined;
}

export interface FillThreadData {
  role: 'fill';
  sources: Sources;
  /** The folder of the .wasm files of images, where the program says it. */
  wasmUrl: string | undefined;
}

/** A thread that fills batches. */
export interface FillThread {
  ask(request: FillRequest): void;
  /** Whether it keeps the process alive; at the start it does not. */
  hold(on: boolean): void;
  terminate(): Promise<void>;
}
