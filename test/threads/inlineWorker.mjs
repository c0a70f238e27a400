// Engines of our own in one worker of a page, one after the other, each with another number of threads.
import { createInlineEngine } from 'kestirme';
import { runFixedCell } from '../dist/browser/fixedCell.js';

async function resize([first, second]) {
  await runFixedCell({ threads: first }, 0, createInlineEngine);
  const cell = await runFixedCell({ threads: second }, 0, createInlineEngine);
  postMessage(cell.threads === second ? 'resized' : `has ${cell.threads} threads`);
}

globalThis.addEventListener('message', ({ data }) => resize(data).catch((error) => postMessage(String(error))), {
  once: true,
});
