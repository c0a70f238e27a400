/** Parts of the pages, for pages of one's own. */
export * from './charts/index.js';
export type * from './live/protocol.js';
