import type { FillReply, FillRequest, Sources } from '../loader/fillBatch.js';

/** What loading needs of its host. `node.ts` and `browser.ts` each export one of these as `platform`. */
export interface Platform {
  /**
   * Starts `fillWorker.js`; `inPage` makes it in the words that bundlers of pages follow. `onEnd`: it failed or ended.
   */
  startFillThread(
    inPage: () => Worker,
    sources: Sources,
    onReply: (reply: FillReply) => void,
    onEnd: (cause: Error) => void,
  ): FillThread;
  /** In that thread: `begin` is told the sources, and what it gives answers every request. */
  serve(begin: (sources: Sources) => (request: FillRequest) => Promise<FillReply>): void;
}

/** A thread that fills batches. */
export interface FillThread {
  ask(request: FillRequest): void;
  /** Whether it keeps the process alive; at the start it does not. */
  hold(on: boolean): void;
  terminate(): Promise<void>;
}
