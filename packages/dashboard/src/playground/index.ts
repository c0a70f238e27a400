/** The playground without its page: settings, and the trainer that a page has in a worker. */
export * from './setting/setting.js';
export { linkOf, settingOfLink } from './setting/link.js';
export { commandOf, stepsOf } from './setting/recipe.js';
export { fixedHashes, fixedSetting } from './setting/fixedRun.js';
export type * from './training/protocol.js';
export { Trainer } from './training/trainer.js';
export { divideCores, type Threads } from './training/threads.js';
