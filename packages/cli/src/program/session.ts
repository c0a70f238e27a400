import type { ModelFunction } from '../models/modelFile.js';
import type { RunNews } from '../run/news.js';

/** Who asked for the work: is told how it gets on, and may end it. */
export interface Session {
  news: RunNews;
  /** Builds the network in place of the model's file. */
  build?: ModelFunction | undefined;
  /** What can be refused is checked, of the work in folder `dir`; gives the signal that ends it with a checkpoint from here on. */
  begin(dir: string): AbortSignal;
}
