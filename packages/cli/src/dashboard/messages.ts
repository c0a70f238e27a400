/** Between the thread that trains and the thread of the server. */
import type { Wish } from '@kestirme/dashboard';
import type { Session } from './watchedRuns.js';

export interface ServerThreadData {
  roots: readonly string[];
  port: number | undefined;
}

export type ToServer = { session: Session } | { close: true };
export type FromServer = { url: string } | { failure: string; isUsage: boolean } | { wish: Wish } | { pages: number };
