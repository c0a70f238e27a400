/** The worker in which a page's trainer lives: engines start their own from here. */
import type { FromTrainer, ToTrainer } from './protocol.js';
import { divideCores } from './threads.js';
import { Trainer } from './trainer.js';

/** This global scope, of which the page's types know nothing. */
interface Scope {
  postMessage(message: FromTrainer): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToTrainer>) => void): void;
}

/** Between two looks at the digit while the networks train, in milliseconds. */
const lookEvery = 400;

const scope = globalThis as unknown as Scope;
const threads = divideCores(navigator.hardwareConcurrency || 1, globalThis.crossOriginIsolated);
let trained = false;
const trainer = new Trainer(threads, (news) => {
  if (news.kind === 'step') trained = true;
  scope.postMessage(news);
});
scope.addEventListener('message', ({ data }) => trainer.hear(data));
setInterval(() => {
  if (trained) trainer.look();
  trained = false;
}, lookEvery);
