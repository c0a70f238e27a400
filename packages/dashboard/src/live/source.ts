/** Where the live page has its news from: a server, or a program that shows the page in a window of its own. */
import type { LiveEvents, Wish } from './protocol.js';

export type Connection = 'connecting' | 'open' | 'lost';

export interface LiveListener {
  /** `bytes`: that it took; 0 where they are not known. */
  event<Name extends keyof LiveEvents>(name: Name, event: LiveEvents[Name], bytes: number): void;
  connection(state: Connection): void;
}

export interface LiveSource {
  /** Tells what comes in from now on. A connection that was lost and comes again begins with all there is. */
  listen(listener: LiveListener): void;
  /** Null: there is none. @throws Error with the words of the other side */
  ask<T>(question: string, asked: Record<string, string | number>): Promise<T | null>;
  /** @throws Error with the words of the other side */
  wish(wish: Wish): Promise<void>;
}
