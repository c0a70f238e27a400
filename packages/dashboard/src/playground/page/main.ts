import type { FromTrainer } from '../training/protocol.js';
import { byId } from './element.js';
import { isolate } from './isolation.js';

async function begin(): Promise<void> {
  if (!(await isolate())) return;
  const worker = new Worker(new URL('../training/worker.js', import.meta.url), { type: 'module' });
  worker.addEventListener('error', ({ message }) => {
    byId('status').textContent =
      `Failed: ${message || "the trainer's script could not be loaded"}. Load the page anew.`;
  });
  // The trainer loads beside what draws. It says nothing before it is spoken to.
  const { Playground } = await import('./playground.js');
  const playground = new Playground((message) => worker.postMessage(message));
  worker.addEventListener('message', ({ data }: MessageEvent<FromTrainer>) => playground.hear(data));
}

await begin();
